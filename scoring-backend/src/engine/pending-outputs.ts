/** What the engine has to say since it was last asked, put into the words of `outputs.ts`. */
import type {
  Anomaly,
  Drift,
  EngineEvents,
  ExampleLine,
  Gap,
  Reason,
  WindowFigures,
  WindowVerdict,
} from './outputs.ts';
import { WINDOW_SIZES } from './outputs.ts';
import type { JudgedStream } from './streams/judged-stream.ts';
import type { SessionJudgement } from './sessions/session-judge.ts';
import { contentsOf } from './window-verdicts/window-contents.ts';
import type { WindowJudgement } from './window-verdicts/window-judgement.ts';
import { MAGNITUDE_WITH_REASONS, scoreOfMagnitude } from '../calibration/score.ts';
import { anomalyId } from '../explain/ids.ts';
import { windowExplanation } from '../explain/window-explanation.ts';
import { learningReason, type NamedTemplate, newNormalReason, windowReason } from '../explain/reasons.ts';
import { type SessionFacts, sessionExplanation } from '../explain/session-explanation.ts';
import { sessionReason } from '../explain/session-reasons.ts';
import type { SessionFeatures } from '../detectors/sequence/session-features.ts';
import { templateOfEvent } from '../windows/session-event.ts';
import type { WindowCounts } from '../windows/window-counts.ts';

/** Name and version of what gives the verdicts. */
export const MODEL = 'seismo-engine/1';

export class PendingOutputs {
  #windows: WindowVerdict[] = [];
  #anomalies: Anomaly[] = [];
  #gaps: Gap[] = [];
  #drifts: Drift[] = [];
  readonly #most: number;
  /** Outputs dropped since the start because nobody took those before them. */
  dropped = 0;

  /** @param most outputs of each kind that are kept until they are taken */
  constructor(most: number) {
    this.#most = most;
  }

  take(): Omit<EngineEvents, 'budgets'> {
    const taken = { windows: this.#windows, anomalies: this.#anomalies, gaps: this.#gaps, drifts: this.#drifts };
    this.#windows = [];
    this.#anomalies = [];
    this.#gaps = [];
    this.#drifts = [];
    return taken;
  }

  gap(gap: Gap): void {
    this.#keep(this.#gaps, gap);
  }

  drift(drift: Drift): void {
    this.#keep(this.#drifts, drift);
  }

  anomaly(anomaly: Anomaly): void {
    this.#keep(this.#anomalies, anomaly);
  }

  /** A window of WINDOW_SIZES[size] has closed and was judged. */
  window(stream: JudgedStream, window: WindowCounts, size: number, judgement: WindowJudgement): void {
    const sizeMs = WINDOW_SIZES[size];
    const { magnitude, confidence, margin, band, counts } = judgement;
    const verdict = { magnitude, score: scoreOfMagnitude(magnitude), confidence, margin };
    const reasons = windowReasons(stream, judgement, sizeMs);
    const isAnomaly = margin > 0;
    const { startMs, endMs } = window;
    this.#keep(this.#windows, {
      ...verdict,
      stream: stream.identity,
      sizeMs,
      startMs,
      records: window.records,
      errors: window.errors,
      newTemplates: window.newTemplates,
      expectedLow: band[0],
      expectedHigh: band[1],
      figures: figuresOf(window),
      incomplete: window.incomplete,
      isAnomaly,
      reasons,
      ...(counts.length === 0 ? {} : { contents: contentsOf(stream, counts, window) }),
    });
    if (judgement.acceptedAfterHours > 0) stream.drift.accepted('windows', endMs, judgement.acceptedAfterHours);
    if (!isAnomaly) return;
    stream.budget.oddWindow(size, startMs, endMs);
    const blamed = reasons.find((reason) => reason.templateId !== undefined);
    this.#keep(this.#anomalies, {
      ...verdict,
      id: anomalyId(stream.identity, 'window', startMs, sizeMs),
      stream: stream.identity,
      unit: 'window',
      startMs,
      endMs,
      reasons,
      templateId: blamed?.templateId ?? '',
      template: blamed?.template ?? '',
      examples: windowExamples(stream, window, judgement),
      explanation: windowExplanation(window, judgement, (template) => stream.named(template)),
      model: MODEL,
    });
  }

  /** A session has ended and was found odd. */
  session(
    stream: JudgedStream,
    session: SessionFeatures,
    judgement: SessionJudgement,
    facts: SessionFacts,
    acceptedAfterHours: number,
  ): void {
    const { magnitude, confidence, margin } = judgement;
    const named = (template: number): NamedTemplate => stream.named(template);
    const { key, startMs, endMs } = session;
    stream.budget.oddSession(startMs, endMs);
    const reasons = judgement.evidence.slice(0, MOST_REASONS).map((evidence) => sessionReason(evidence, key, named));
    if (acceptedAfterHours > 0) {
      reasons.unshift(newNormalReason(acceptedAfterHours));
      stream.drift.accepted('sessions', endMs, acceptedAfterHours);
    }
    if (confidence < WELL_KNOWN) reasons.push(learningReason(confidence));
    const blamed = reasons.find((reason) => reason.templateId !== undefined);
    this.#keep(this.#anomalies, {
      ...{ magnitude, score: scoreOfMagnitude(magnitude), confidence, margin },
      id: anomalyId(stream.identity, 'session', startMs, key),
      stream: stream.identity,
      unit: 'session',
      startMs,
      endMs,
      reasons,
      templateId: blamed?.templateId ?? '',
      template: blamed?.template ?? '',
      examples: sessionExamples(stream, session),
      explanation: sessionExplanation(session, facts, named),
      model: MODEL,
    });
  }

  #keep<T>(list: T[], output: T): void {
    if (list.length < this.#most) list.push(output);
    else this.dropped++;
  }
}

function figuresOf(window: WindowCounts): WindowFigures {
  return {
    uniqueUsers: known(window.uniqueUsers),
    ipEntropy: known(window.addressEntropy),
    responseTimeAvg: known(window.responseTimeAvgMs),
    responseTimeP95: known(window.responseTimeP95Ms),
    templateCount: window.touchedCount,
    sequenceSurprise: known(window.sequenceSurprise),
    bytes: known(window.bytes),
  };
}

function known(figure: number): number | null {
  return Number.isFinite(figure) ? figure : null;
}

function windowReasons(stream: JudgedStream, judgement: WindowJudgement, sizeMs: number): Reason[] {
  const reasons: Reason[] = [];
  if (judgement.acceptedAfterHours > 0) reasons.push(newNormalReason(judgement.acceptedAfterHours));
  if (judgement.magnitude >= MAGNITUDE_WITH_REASONS)
    for (const evidence of judgement.evidence.slice(0, MOST_REASONS)) {
      if (evidence.magnitude < WORTH_TELLING && reasons.length > 0) break;
      const template = evidence.template < 0 ? undefined : stream.named(evidence.template);
      reasons.push(windowReason(evidence, template, sizeMs / 1000));
    }
  if (judgement.confidence < WELL_KNOWN) reasons.push(learningReason(judgement.confidence));
  return reasons;
}

/** Lines that are kept of the session's templates, in order of time: those with its trace id, else those of its time. */
function sessionExamples(stream: JudgedStream, session: SessionFeatures): ExampleLine[] {
  const templates = new Set(session.templates.subarray(0, session.length).map(templateOfEvent));
  const lines = [...templates].flatMap((template) =>
    stream.examples.of(template, stream.named(template).id, session.startMs, session.endMs + 1),
  );
  const own = lines.filter((line) => line.traceId === session.key || line.text.includes(session.key));
  const shown = own.length > 0 ? own : lines;
  return shown.sort((a, b) => a.timeMs - b.timeMs).slice(0, MOST_EXAMPLES);
}

/** Lines of the templates to blame first, then of the window's most frequent ones; errors first when errors are the reason. */
function windowExamples(stream: JudgedStream, window: WindowCounts, judgement: WindowJudgement): ExampleLine[] {
  const telling = judgement.evidence.filter((evidence) => evidence.magnitude >= WORTH_TELLING);
  const blamed = new Set(telling.map((evidence) => evidence.template).filter((template) => template >= 0));
  const present = [...window.touched.subarray(0, window.touchedCount)]
    .filter((template) => !blamed.has(template))
    .sort((a, b) => window.counts[b] - window.counts[a]);
  const linesOf = (template: number): ExampleLine[] =>
    stream.examples.of(template, stream.named(template).id, window.startMs, window.endMs);
  const lines = [...blamed, ...present.slice(0, MOST_TEMPLATES_SHOWN)].flatMap(linesOf);
  if (telling[0]?.kind === 'error_rate')
    lines.sort((a, b) => Number(b.severity >= ERROR) - Number(a.severity >= ERROR));
  return lines.slice(0, MOST_EXAMPLES);
}

const MOST_REASONS = 5;
const WORTH_TELLING = 1.3;
const MOST_EXAMPLES = 5;
/** Templates of a window that are looked through for lines to show. */
const MOST_TEMPLATES_SHOWN = 50;
/** SeverityNumber of ERROR. */
const ERROR = 17;
/** Confidence from which a stream is not called young any more. */
const WELL_KNOWN = 0.8;
