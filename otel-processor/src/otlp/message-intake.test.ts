import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taken } from '../errors.ts';
import { Telemetry, createLogger } from '../telemetry.ts';
import { GrpcMessage } from './grpc-receiver-message.ts';
import { MessageIntake } from './message-intake.ts';
import type { IncomingMessageBytes } from './message-intake.ts';
import { FULL_SUCCESS } from './status.ts';

function intake(maxRequestBytes: number, maxInFlightBytes: number): MessageIntake {
  const process = async () => taken(FULL_SUCCESS);
  const limits = { maxRequestBytes, maxInFlightBytes, tenantHeader: 'x-scope-orgid' };
  return new MessageIntake({ ...limits, process, telemetry: new Telemetry(), log: createLogger('silent') });
}

/** Chunks of up to 300,000 bytes, each filled with a byte of its own. */
const chunks = fc
  .array(fc.nat(300_000), { maxLength: 12 })
  .map((lengths) => lengths.map((length, i) => Buffer.alloc(length, i + 1)));

describe('a message that comes in', () => {
  it('is what was sent, whatever its chunks and whatever length was announced, and gives everything back', () => {
    const here = intake(8_000_000, 8_000_000);
    fc.assert(
      fc.property(chunks, fc.option(fc.nat(5_000_000), { nil: undefined }), (parts, announced) => {
        const message = here.begin(announced);
        // A chunk is given away: what is compared is another copy.
        for (const part of parts) message.add(Buffer.from(part));
        expect(message.bytes.equals(Buffer.concat(parts))).toBe(true);
        expect(here.admission.used).toBe(message.length);
        message.release();
        expect(here.admission.used).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused at the byte that is too much, and leaves nothing behind', () => {
    const here = intake(1000, 10_000);
    const message = here.begin(undefined);
    message.add(Buffer.alloc(1000));
    expect(() => message.add(Buffer.alloc(1))).toThrow('larger than the limit of 1000 bytes');
    expect(() => here.begin(1001)).toThrow('larger than the limit of 1000 bytes');
    message.release();
    expect(here.admission.used).toBe(0);
  });

  it('is turned away while others hold the room, and admitted when they are done', () => {
    const here = intake(1000, 1500);
    const first = here.begin(undefined);
    first.add(Buffer.alloc(1000));
    const second = here.begin(undefined);
    expect(() => second.add(Buffer.alloc(600))).toThrow('the limit is 1500');
    second.release();
    first.release();
    const third = here.begin(undefined);
    third.add(Buffer.alloc(600));
    third.release();
  });

  it('is turned away when too many are in work, however small', () => {
    const here = intake(1000, 2000);
    const held = Array.from({ length: 64 }, () => here.begin(1));
    expect(() => here.begin(1)).toThrow('64 requests are in work');
    for (const one of held) {
      one.release();
      one.release();
    }
    expect(here.requests.used).toBe(0);
    here.begin(1).release();
  });

  it('keeps its memory while it is worked on, though its client is gone', async () => {
    const here = intake(1_000_000, 2_000_000);
    const message = here.begin(100);
    message.add(Buffer.alloc(100, 'a'));
    let finish = (): void => undefined;
    const work = message.use(() => new Promise<void>((resolve) => (finish = resolve)));
    const { bytes } = message;
    message.release();
    const other = here.begin(100);
    other.add(Buffer.alloc(100, 'b'));
    expect(bytes.toString()).toBe('a'.repeat(100));
    expect(here.admission.used).toBe(200);
    finish();
    await work;
    expect(here.admission.used).toBe(100);
  });

  it('lends its memory to the next one when it is done', () => {
    const here = intake(1_000_000, 2_000_000);
    const first = here.begin(100);
    first.add(Buffer.alloc(100));
    const memory = first.bytes.buffer;
    first.release();
    const second = here.begin(100);
    second.add(Buffer.alloc(100));
    expect(second.bytes.buffer).toBe(memory);
  });
});

describe('a gRPC message', () => {
  it('is what was sent, however its bytes are cut into data frames', () => {
    const here = intake(1_000_000, 10_000_000);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.array(fc.integer({ min: 1, max: 700 })), (payload, cuts) => {
        const framed = Buffer.concat([Buffer.alloc(5), payload]);
        framed.writeUInt32BE(payload.length, 1);
        const held: IncomingMessageBytes[] = [];
        const message = new GrpcMessage(here, (begun) => held.push(begun));
        let at = 0;
        for (const cut of [...cuts, framed.length]) {
          if (at < framed.length) message.add(framed.subarray(at, at + cut));
          at += cut;
        }
        expect(message.end().bytes.equals(Buffer.from(payload))).toBe(true);
        for (const one of held) one.release();
        expect(here.admission.used).toBe(0);
      }),
    );
  });
});
