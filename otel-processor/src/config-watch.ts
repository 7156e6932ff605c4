/** Says when the configuration is to be read again: on SIGHUP, and whenever its file has changed. */
import { WatchedFiles } from './access/watched-files.ts';

/**
 * Calls `reload` then. @param file of the configuration, if it has one @param intervalMs how often that is looked at
 * @returns ends it
 */
export function onConfigChange(file: string | undefined, intervalMs: number, reload: () => void): () => void {
  process.on('SIGHUP', reload);
  let isFirst = true;
  const files = new WatchedFiles({ intervalMs, onReload: () => undefined, onTrouble: reload });
  if (file !== undefined)
    files.watch([file], () => {
      // What is there at the start is in force.
      if (!isFirst) reload();
      isFirst = false;
    });
  return () => {
    process.off('SIGHUP', reload);
    files.close();
  };
}
