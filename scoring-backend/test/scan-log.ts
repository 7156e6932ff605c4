/** A log with a fault for tests of `seismo scan`, and its report as JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Explanation } from '../src/explain/explanation.ts';

export const FIRST_MS = Date.UTC(2026, 2, 1, 8);
/** Two hours of a quiet service, one line a second, and two minutes of errors in the middle. */
export function quietLogWithFault(): string[] {
  const lines: string[] = [];
  for (let second = 0; second < 7_200; second++) {
    const time = new Date(FIRST_MS + second * 1000).toISOString();
    const broken = second >= 4_000 && second < 4_120;
    lines.push(
      broken
        ? `${time} ERROR cannot reach database at 10.0.0.7: connection refused`
        : `${time} INFO request ${10_000 + second} served in ${20 + ((second * 7) % 13)} ms`,
    );
  }
  return lines;
}

export interface JsonAnomaly {
  readonly time: string | null;
  readonly service: string;
  readonly unit: string;
  readonly score: number;
  readonly magnitude: number;
  readonly margin: number;
  readonly confidence: number;
  readonly reasons: readonly { readonly kind: string; readonly text: string }[];
  readonly templateId: string;
  readonly template: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly text: string | null;
  readonly explanation?: Explanation;
}

export interface Summary {
  readonly lines: number;
  readonly templates: number;
  readonly anomalies: number;
  readonly episodes: number;
  readonly seconds: number;
}

export function parsed(stdout: string): { anomalies: JsonAnomaly[]; summary: Summary } {
  const objects = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonAnomaly | { summary: Summary });
  const last = objects.pop();
  if (last === undefined || !('summary' in last)) throw new Error('the last line is no summary');
  return { anomalies: objects as JsonAnomaly[], summary: last.summary };
}

/** A folder for logs. */
export class LogFolder {
  readonly #path = mkdtempSync(join(tmpdir(), 'seismo-scan-'));

  /** Writes a file; its path. */
  async file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.#path, name);
    await writeFile(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.#path, { recursive: true });
  }
}
