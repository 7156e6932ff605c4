/** Finds out which of the wanted ports are taken. */
import { createServer } from 'node:net';
import { Failure } from './exit-codes.ts';

export interface WantedPort {
  /** What it is for, for people: "OTLP over HTTP". */
  readonly purpose: string;
  readonly flag: string;
  readonly port: number;
}

/** Can this port be listened on? A port of 0 always can. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(new Failure(`cannot listen on ${host} port ${port}: ${error.message}`, { cause: error }));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** @throws Failure that names the first port that is taken and the flag that changes it. */
export async function refuseTaken(host: string, wanted: readonly WantedPort[]): Promise<void> {
  for (const { purpose, flag, port } of wanted)
    if (!(await isFree(host, port)))
      throw new Failure(`port ${port} (${purpose}) is taken on ${host}; choose another with ${flag} PORT`);
}

/** For each wanted port itself, or 0 (any free one) where it is taken. */
export function freeOrAny(host: string, wanted: readonly WantedPort[]): Promise<number[]> {
  return Promise.all(wanted.map(async ({ port }) => ((await isFree(host, port)) ? port : 0)));
}
