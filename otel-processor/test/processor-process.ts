/** The real processor as a process of its own, as users run it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../src/main.ts');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the processor's command to its end. */
export async function runProcessor(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = spawn(process.execPath, [MAIN, ...flags], { env: { ...process.env, ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

export class ProcessorProcess {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  /** Everything it logged. */
  readonly log: LogLine[];
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  private constructor(child: ChildProcess, log: LogLine[], started: LogLine) {
    this.#child = child;
    this.#exit = once(child, 'close');
    this.log = log;
    this.httpUrl = String(started.http);
    this.grpcUrl = String(started.grpc);
  }

  /** Starts it on free ports unless the flags say otherwise, and waits until it takes logs. */
  static async start(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<ProcessorProcess> {
    const ports = ['--otlp-http-port', '--otlp-grpc-port'].flatMap((flag) => (flags.includes(flag) ? [] : [flag, '0']));
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, [MAIN, ...ports, ...flags], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const log: LogLine[] = [];
    const started = await new Promise<LogLine>((resolve, reject) => {
      let rest = '';
      child.stderr.on('data', (part: Buffer) => {
        const lines = (rest + part.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (!line.startsWith('{')) return reject(new Error(`the processor said: ${line}`));
          const entry = JSON.parse(line) as LogLine;
          log.push(entry);
          if (entry.event === 'processor.started') resolve(entry);
        }
      });
      child.once('exit', (code) => reject(new Error(`the processor ended with ${code}: ${rest}`)));
    });
    return new ProcessorProcess(child, log, started);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end. @returns the exit code, null after a kill */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    await this.#exit;
    return this.#child.exitCode;
  }
}
