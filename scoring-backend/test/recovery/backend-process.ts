/** The backend as a process of its own, for tests that end it the hard way. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

export interface BackendProcess {
  readonly url: string;
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
}

/** Starts it and waits until it listens. @throws Error with what it said, when it ends before that */
export async function backendProcess(dataDir: string, flags: readonly string[] = []): Promise<BackendProcess> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--data-dir', dataDir, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  const url = await started(child);
  return { url, kill: async () => void (await end('SIGKILL')), stop: () => end('SIGTERM') };
}

function started(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    child.once('exit', () => reject(new Error(`the backend ended before it listened: ${said.join('\n')}`)));
    if (child.stderr === null) return reject(new Error('the backend has no standard error'));
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      if (!line.includes('"backend.started"')) return;
      resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}
