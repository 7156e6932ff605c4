/**
 * Sessions of raw lines as units: the lines that share an id found by a pattern, as sequences of templates. A line that
 * names several ids belongs to each of their sessions. Sessions are judged whole, in the order in which they ended, as the
 * engine does it: what one brings in its last lines is not known before. In the order in which they began, a session that
 * goes on for a day would be learned before one that ended in a second. Flagged ones are set aside instead of learned.
 */
import type { SessionFeatures } from '../detectors/sequence/session-features.ts';
import { SessionJudge } from '../engine/sessions/session-judge.ts';
import { engineSettings } from '../engine/settings.ts';
import type { LogInput } from '../sources/log-input.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import type { TemplateChange } from '../templates/template-miner.ts';
import { odder } from './counted-window-units.ts';
import { labelledRecords, type RecordFormat } from './labelled-records.ts';
import { Pauses } from './pauses.ts';
import { SeenKinds, TRAINING } from './seen-kinds.ts';
import { ABNORMAL, UNLABELLED, type Label } from './unit-scores.ts';
import { FLAGGED_FROM, type Reading, type UnitKind, type UnitSink } from './unit-sink.ts';

export interface SessionSettings {
  readonly format: RecordFormat;
  /** Finds ids in a line, everywhere in it; the first group is the id when there is one. */
  readonly pattern: RegExp;
  readonly frozen: boolean;
  readonly labels: ReadonlyMap<string, Label> | undefined;
}

/** A session while its lines come. */
class OpenSession {
  templates = new Int32Array(16);
  length = 0;
  errors = 0;
  label: Label = UNLABELLED;
  readonly firstMs: number;
  lastMs = 0;
  lastLine = 0;
  complete = true;

  constructor(firstMs: number) {
    this.firstMs = firstMs;
  }

  add(template: number): void {
    if (this.length === this.templates.length) {
      const longer = new Int32Array(this.length * 2);
      longer.set(this.templates);
      this.templates = longer;
    }
    this.templates[this.length++] = template;
  }
}

/** SeverityNumber of ERROR. */
const ERROR = 17;

export class SessionUnits implements UnitKind {
  readonly #settings: SessionSettings;
  readonly #judge: SessionJudge;
  #room = 0;
  readonly #sink: UnitSink;
  readonly #miner = createTemplateMiner(engineSettings());
  readonly #kinds = new SeenKinds();

  constructor(settings: SessionSettings, sink: UnitSink) {
    this.#settings = settings;
    this.#judge = new SessionJudge(engineSettings().budgetPerWeek);
    this.#sink = sink;
  }

  async read(input: LogInput, { training, label }: Reading): Promise<void> {
    const { format, pattern } = this.#settings;
    const open = new Map<string, OpenSession>();
    const pauses = new Pauses();
    let endMs = -Infinity;
    let timed = true;
    for await (const records of labelledRecords(input, { stream: () => 0 }, format)) {
      const { batch, labels } = records;
      ({ timed } = records);
      const text = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
      for (let i = 0; i < batch.records; i++) {
        const [start, end] = [batch.messageStart[i], batch.messageEnd[i]];
        const template = this.#miner.mine(batch.bytes, start, end);
        this.#follow(this.#miner.takeChanges());
        endMs = Math.max(endMs, batch.timeMs[i]);
        const ids = idsIn(text.toString('latin1', start, end), pattern);
        if (ids.size === 0) this.#sink.outside++;
        for (const id of ids) {
          let session = open.get(id);
          if (session === undefined) open.set(id, (session = new OpenSession(batch.timeMs[i])));
          if (session.length > 0) pauses.add(session.templates[session.length - 1], batch.timeMs[i] - session.lastMs);
          session.add(template);
          session.lastMs = batch.timeMs[i];
          session.lastLine = records.firstLine + i;
          session.label = odder(session.label, labels[i] as Label);
          if (batch.severity[i] >= ERROR) session.errors++;
        }
      }
      this.#sink.read(batch.records);
    }
    const ended = [...open].sort(([, one], [, other]) => one.lastLine - other.lastLine);
    for (const [, session] of ended) pauses.end(session.templates[session.length - 1]);
    for (const [id, session] of ended) {
      const last = session.templates[session.length - 1];
      session.complete = !timed || !pauses.mayGoOn(last, endMs - session.lastMs);
      this.#end(id, session, timed, { training, label });
    }
  }

  /** What changed among the templates is carried out at once in what is kept by template. */
  #follow(changes: readonly TemplateChange[]): void {
    if (this.#miner.size > this.#room) {
      this.#room = Math.max(INITIAL_ROOM, this.#miner.size * 2);
      this.#judge.grow(this.#room);
    }
    for (const change of changes)
      if (change.kind === 'merged') this.#judge.merge(change.from, change.to);
      else if (change.kind === 'evicted') this.#judge.clear(change.index);
  }

  finish(): void {
    // Sessions were judged at the end of their input.
  }

  #end(id: string, open: OpenSession, timed: boolean, { training, label: given }: Reading): void {
    const { frozen, labels } = this.#settings;
    const label = given ?? labels?.get(id) ?? open.label;
    const session = this.#features(id, open, timed);
    let newestKind = TRAINING;
    const unit = training ? TRAINING : this.#sink.units.size;
    for (let i = 0; i < session.length; i++)
      newestKind = Math.max(newestKind, this.#kinds.firstUnit(session.templates[i], unit, training || !frozen));
    if (training) {
      if (open.label === ABNORMAL) this.#sink.leftOut++;
      else {
        this.#judge.learn(session);
        this.#sink.learned.add(session.length);
      }
      return;
    }
    const judgement = this.#judge.judge(session);
    const { magnitude } = judgement;
    const flagged = magnitude >= FLAGGED_FROM;
    if (!frozen) this.#judge.digest(session, judgement);
    this.#sink.units.addColumns(id, label, magnitude, flagged, newestKind, session.length);
  }

  #features(
    key: string,
    { templates, length, errors, firstMs, lastMs, complete }: OpenSession,
    timed: boolean,
  ): SessionFeatures {
    // Templates that turned out to be one since their lines came.
    for (let i = 0; i < length; i++) templates[i] = this.#miner.resolve(templates[i]);
    const [startMs, endMs] = timed ? [firstMs, lastMs] : [NaN, NaN];
    return { templates, length, records: length, startMs, endMs, errors, complete, key };
  }
}

const INITIAL_ROOM = 64;

function idsIn(line: string, pattern: RegExp): Set<string> {
  const ids = new Set<string>();
  pattern.lastIndex = 0;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    ids.add(match[1] ?? match[0]);
    // An empty match would come for ever.
    if (match[0] === '') pattern.lastIndex++;
  }
  return ids;
}
