/**
 * Redacts a request: the prefilter scans all its bytes once, and where it suspects something the record, resource or scope
 * there is read and, if it holds a secret, written anew. What is found goes into RequestEdits; one copy makes the changes.
 */
import type { LogsColumns } from '../otlp/columns.ts';
import type { RequestEdits } from '../otlp/request-edits.ts';
import { MalformedRequest } from '../otlp/request-errors.ts';
import { FieldReader, LENGTH } from '../otlp/wire.ts';
import { AttributePolicy } from './attribute-policy.ts';
import { compileCustomRules, type CustomRuleOptions } from './custom-rules.ts';
import { type Action, Masks } from './masks.ts';
import { MessageRedactor, RECORD, RESOURCE, SCOPE } from './message-redactor.ts';
import { Prefilter } from './prefilter.ts';
import { type Rule, type RuleName, RuleSet } from './rules.ts';
import type { Summary } from './summary.ts';
import { TextRedactor } from './text-redactor.ts';

export interface RedactorOptions {
  readonly rules: readonly RuleName[];
  readonly action: Action;
  /** By the name of a rule, custom ones included; others have `action`. */
  readonly actions: Readonly<Partial<Record<string, Action>>>;
  /** Secret key of the action hash. */
  readonly hashKey?: Uint8Array | undefined;
  readonly secretWords: readonly string[];
  readonly ignoredKeys: readonly string[];
  readonly blockedKeys: readonly string[];
  readonly custom: readonly CustomRuleOptions[];
  /** Attributes that tell what was done. */
  readonly summary: Summary;
}

/** The rule that values of telling keys are counted under. */
const KEY_RULE: RuleName = 'keyValue';
const PHONE_RULE: RuleName = 'phone';

export class Redactor {
  /** Names of all rules in use; `matches` is in their order. The last is of attributes blocked by their key. */
  readonly ruleNames: readonly string[];
  /** Secrets replaced since the last `takeMatches`. */
  #matches: Float64Array;
  #anyMatch = false;
  readonly #prefilter: Prefilter;
  readonly #messages: MessageRedactor;
  /** Texts that make a record worth a look besides what the prefilter suspects. */
  readonly #literals: readonly Buffer[];
  /** A custom rule that may match anywhere: every record is read. */
  readonly #readAll: boolean;

  /** @throws ConfigError for a custom rule that is wrong or not safe. */
  constructor(options: RedactorOptions) {
    const rules = new RuleSet(options);
    const custom = compileCustomRules(
      options.custom.map((rule) => ({ ...rule, action: options.actions[rule.name] ?? rule.action })),
      options.action,
    );
    const all: readonly Rule[] = [...rules.rules, ...custom];
    const masks = new Masks([...all.map(({ label }) => label), 'SECRET'], options.hashKey);
    const policy = new AttributePolicy({
      ...options,
      keyWords: [rules.secretKeys, rules.userKeys],
      phones: rules.enabled.has('phone'),
    });
    this.ruleNames = [...all.map(({ name }) => name), 'blockedKey'];
    this.#matches = new Float64Array(this.ruleNames.length);
    const covered = rules.secretKeys === undefined ? all.length : rules.indexOf(KEY_RULE);
    this.#prefilter = new Prefilter(rules);
    this.#messages = new MessageRedactor({
      text: new TextRedactor(rules, custom, masks, (rule) => this.#count(rule)),
      policy,
      masks,
      cover: {
        ...{ label: 'SECRET', action: options.actions[KEY_RULE] ?? options.action },
        onCovered: () => this.#count(covered),
      },
      coverPhone: {
        ...{ label: 'PHONE', action: options.actions[PHONE_RULE] ?? options.action },
        onCovered: () => this.#count(rules.indexOf(PHONE_RULE)),
      },
      summary: options.summary,
    });
    this.#readAll = custom.some(({ contains }) => contains === undefined);
    const contained = custom.map(({ contains }) => contains).filter((text) => text !== undefined);
    this.#literals = [...contained, ...policy.blockedKeys.map((key) => Buffer.from(key))];
  }

  /** Was anything replaced since `takeMatches` was called last? */
  get matched(): boolean {
    return this.#anyMatch;
  }

  /** Secrets replaced by rule since the last call, in the order of `ruleNames`. */
  takeMatches(): Float64Array {
    const matches = this.#matches;
    this.#anyMatch = false;
    this.#matches = new Float64Array(matches.length);
    return matches;
  }

  #count(rule: number): void {
    this.#matches[rule]++;
    this.#anyMatch = true;
  }

  /**
   * Finds the secrets of a request and puts the changes into `edits`.
   * @param columns The request as `decodeLogs` read it.
   * @param tenant Its hashes are its own.
   */
  redact(bytes: Uint8Array, columns: LogsColumns, tenant: string, edits: RequestEdits): void {
    const place = new Place(columns);
    if (this.#readAll) this.#redactAll(bytes, columns, tenant, edits, place);
    this.#prefilter.start();
    for (let at = this.#prefilter.find(bytes, 0); at >= 0;)
      at = this.#prefilter.find(bytes, this.#redactAt(bytes, columns, at, tenant, edits, place));
    if (this.#literals.length === 0) return;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const literal of this.#literals) {
      place.restart();
      for (let at = buffer.indexOf(literal); at >= 0;)
        at = buffer.indexOf(literal, this.#redactAt(bytes, columns, at, tenant, edits, place));
    }
  }

  #redactAll(bytes: Uint8Array, columns: LogsColumns, tenant: string, edits: RequestEdits, place: Place): void {
    for (let i = 0; i < columns.records; i++)
      this.#redactAt(bytes, columns, columns.recordStart[i], tenant, edits, place);
    for (let r = 0; r < columns.resources; r++)
      if (columns.resourceMessageStart[r] >= 0)
        this.#redactAt(bytes, columns, columns.resourceMessageStart[r], tenant, edits, place.restart());
    place.restart();
  }

  /** Redacts the message that `at` is in, and gives the place behind it. */
  #redactAt(
    bytes: Uint8Array,
    columns: LogsColumns,
    at: number,
    tenant: string,
    edits: RequestEdits,
    place: Place,
  ): number {
    place.moveTo(at);
    const { record, scope, resource } = place;
    if (record >= 0) {
      if (edits.redactedStart[record] < 0) {
        const mark = edits.out.length;
        const { recordStart, recordEnd } = columns;
        if (this.#messages.redact(bytes, recordStart[record], recordEnd[record], RECORD, tenant, edits.out))
          edits.redactRecord(record, mark);
      }
      return columns.recordEnd[record];
    }
    if (scope >= 0)
      return this.#redactField(bytes, columns.scopeStart[scope], columns.scopeEnd[scope], at, tenant, edits, place);
    if (resource >= 0)
      return this.#redactField(
        bytes,
        columns.resourceStart[resource],
        columns.resourceEnd[resource],
        at,
        tenant,
        edits,
        place,
      );
    return at + 2;
  }

  /** The Resource or InstrumentationScope (field 1) that `at` is in, among the fields of its ResourceLogs or ScopeLogs. */
  #redactField(
    bytes: Uint8Array,
    start: number,
    end: number,
    at: number,
    tenant: string,
    edits: RequestEdits,
    { resource, scope }: Place,
  ): number {
    let tagAt = start;
    for (const fields = new FieldReader(bytes, start, end); fields.next(); tagAt = fields.valueEnd) {
      const { valueStart, valueEnd } = fields;
      if (valueEnd <= at) continue;
      if (!fields.is(1, LENGTH)) return at + 2;
      const edit = edits.fieldAt(tagAt, valueEnd);
      if (edit === undefined || edit.redactedStart < 0) {
        const mark = edits.out.length;
        if (this.#redactGroup(bytes, valueStart, valueEnd, scope < 0, tenant, edits)) {
          const changed = edit ?? edits.field(tagAt, valueStart, valueEnd, resource, scope);
          changed.redactedStart = mark;
          changed.redactedEnd = edits.out.length;
        }
      }
      return valueEnd;
    }
    return at + 2;
  }

  #redactGroup(
    bytes: Uint8Array,
    start: number,
    end: number,
    isResource: boolean,
    tenant: string,
    edits: RequestEdits,
  ): boolean {
    const mark = edits.out.length;
    try {
      return this.#messages.redact(bytes, start, end, isResource ? RESOURCE : SCOPE, tenant, edits.out);
    } catch (error) {
      // The decoder does not read scopes; one that is none passes as it came.
      if (!(error instanceof MalformedRequest)) throw error;
      edits.out.length = mark;
      return false;
    }
  }
}

/** Which record, scope and resource a place in the request belongs to; places come in ascending order. */
class Place {
  record = -1;
  scope = -1;
  resource = -1;
  readonly #columns: LogsColumns;
  #nextRecord = 0;
  #nextScope = 0;
  #nextResource = 0;

  constructor(columns: LogsColumns) {
    this.#columns = columns;
  }

  restart(): this {
    this.#nextRecord = this.#nextScope = this.#nextResource = 0;
    return this;
  }

  moveTo(at: number): void {
    const columns = this.#columns;
    while (this.#nextRecord < columns.records && columns.recordEnd[this.#nextRecord] <= at) this.#nextRecord++;
    while (this.#nextScope < columns.scopes && columns.scopeEnd[this.#nextScope] <= at) this.#nextScope++;
    while (this.#nextResource < columns.resources && columns.resourceEnd[this.#nextResource] <= at)
      this.#nextResource++;
    this.record = within(this.#nextRecord, columns.records, columns.recordTag, at);
    this.scope = within(this.#nextScope, columns.scopes, columns.scopeTag, at);
    this.resource = within(this.#nextResource, columns.resources, columns.resourceTag, at);
  }
}

function within(index: number, count: number, tag: Int32Array, at: number): number {
  return index < count && tag[index] <= at ? index : -1;
}
