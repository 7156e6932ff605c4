import { describe, expect, it } from 'vitest';
import { any, bytesField, keyValue, requestOf, varintField } from '../../test/wire-oracle.ts';
import { LogsColumns } from '../otlp/columns.ts';
import { decodeLogs } from '../otlp/decode.ts';
import { Telemetry, createLogger } from '../telemetry.ts';
import { BoundedScoring } from './bounded-scoring.ts';
import type { ScoreRequest } from './scorer.ts';
import { VerdictBatch } from './verdict-batch.ts';

/** A batch of two records, the second of this severity. */
function batch(service: string, severity: number): ScoreRequest {
  const records = [bytesField(5, any.text('x'.repeat(900))), varintField(2, severity)];
  const bytes = requestOf(records, [keyValue('service.name', any.text(service))]);
  const columns = new LogsColumns();
  decodeLogs(bytes, columns);
  return { bytes, columns, records: 2, tenant: '', learn: true, texts: false };
}

/** Scoring that has its room filled up to what ordinary batches may take, with answers that wait for `answer`. */
async function crowded(): Promise<{ scoring: BoundedScoring; answer: () => void; crowd: Promise<unknown>[] }> {
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const scorer = { score: () => answered.then(() => VerdictBatch.create(2)), close: () => Promise.resolve() };
  const limits = { maxInFlightBytes: 10_000, priorityServices: ['payment'] };
  const scoring = new BoundedScoring(scorer, limits, new Telemetry(), createLogger('silent'));
  const crowd = Array.from({ length: 8 }, () => scoring.score(batch('shop', 9), 10_000));
  return { scoring, answer, crowd };
}

describe('scoring that is short of room', () => {
  it('still takes batches with errors and of services that come first, up to its limit, and no others', async () => {
    const { scoring, answer, crowd } = await crowded();
    expect(await scoring.score(batch('shop', 16), 1000)).toMatchObject({ unscored: 'overloaded', learned: false });
    const urgent = [scoring.score(batch('shop', 17), 10_000), scoring.score(batch('payment', 9), 10_000)];
    expect(await scoring.score(batch('payment', 21), 1000)).toMatchObject({ unscored: 'overloaded' });
    answer();
    for (const scored of await Promise.all([...urgent, ...crowd])) expect(scored).toMatchObject({ unscored: '' });
    expect(await scoring.score(batch('shop', 9), 10_000)).toMatchObject({ unscored: '' });
  });
});
