/** Names of gRPC codes, for metrics and messages. */
import { GRPC } from './status.ts';

const NAMES = new Map<number, string>(Object.entries(GRPC).map(([name, code]) => [code, name]));

export function codeName(code: number): string {
  return NAMES.get(code) ?? 'UNKNOWN';
}
