/** A miner that only looks up a number, to measure what the engine does besides mining. */
import type { CreateTemplateMiner, TemplateChange } from '../src/templates/template-miner.ts';

/** The message's first two bytes are the template's index, below `templates`. */
export function createIndexMiner(templates: number): CreateTemplateMiner {
  return () => {
    const none: TemplateChange[] = [];
    const mine = (bytes: Uint8Array, start: number): number => bytes[start] * 256 + bytes[start + 1];
    return {
      mine,
      adopt: mine,
      resolve: (index) => index,
      idHigh: (index) => index,
      idLow: (index) => index,
      text: (index) => `template ${index}`,
      size: templates,
      takeChanges: () => none,
      save: () => new Uint8Array(0),
    };
  };
}
