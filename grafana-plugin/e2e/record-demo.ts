/**
 * Records some minutes of the demo shop for the tests in Chromium: its real log lines, with a calm before and a fault at
 * the end. Run again when the shop's logs change; it takes as long as what it records.
 *
 * @example node grafana-plugin/e2e/record-demo.ts
 */
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DemoShop } from '../../scoring-backend/src/demo/demo-shop.ts';
import { faultNamed } from '../../scoring-backend/src/demo/faults.ts';
import { startLogReceiver } from '../../scoring-backend/src/demo/log-receiver.ts';
import { RECORDING, type RecordedLine } from './recorded-demo.ts';

const CALM_MS = 270_000;
const FAULT_MS = 75_000;
/** OTLP SeverityNumber. */
const ERROR = 17;

const fault = faultNamed('payment-timeouts');
if (!fault) throw new Error('the demo has no payment-timeouts any more');
const receiver = await startLogReceiver();
const shop = await DemoShop.open({ logsUrl: receiver.logsUrl, seed: 20_260_401, visitsPerSecond: 8 });
await sleep(CALM_MS);
await shop.begin(fault);
await sleep(FAULT_MS);
await shop.close();
receiver.close();

const logs = receiver.logs.toSorted((a, b) => a.timeMs - b.timeMs);
const startMs = logs[0]?.timeMs ?? 0;
const lines = logs.map(({ timeMs, service, severity, text, traceId }): RecordedLine => [
  ...([timeMs - startMs, service, severity, text] as const),
  // Random digits cannot be packed: only where somebody would look for them.
  severity >= ERROR ? traceId : '',
]);
fs.writeFileSync(RECORDING, gzipSync(lines.map((line) => JSON.stringify(line)).join('\n'), { level: 9 }));
process.stdout.write(`${lines.length} lines, ${fs.statSync(RECORDING).size} bytes in ${RECORDING}\n`);
