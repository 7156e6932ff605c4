/** The service map: rules that name a service, its namespace, environment and owner by an attribute. */

/** A rule as the configuration has it. */
export interface ServiceRule {
  readonly attribute: string;
  /** The attribute's value; `*` stands for any part of it. */
  readonly match: string;
  /** `$1` is what the first `*` stands for. */
  readonly service?: string | undefined;
  readonly namespace?: string | undefined;
  readonly environment?: string | undefined;
  readonly owner?: string | undefined;
}

/** Semantic conventions 1.44 where they have a name; they have none for who owns a service. */
export const SERVICE_NAME = 'service.name';
export const SERVICE_NAMESPACE = 'service.namespace';
export const ENVIRONMENT = 'deployment.environment.name';
export const SERVICE_OWNER = 'seismo.service.owner';

/** Attributes of file sources: on records, not on resources. */
export const FILE_ATTRIBUTES: readonly string[] = ['log.file.name', 'log.file.path'];

export class ServiceMap {
  /** Attributes that the rules ask for. */
  readonly attributes: ReadonlySet<string>;
  readonly #rules: readonly { readonly rule: ServiceRule; readonly parts: readonly string[] }[];

  constructor(rules: readonly ServiceRule[]) {
    this.attributes = new Set(rules.map(({ attribute }) => attribute));
    this.#rules = rules.map((rule) => ({ rule, parts: rule.match.split('*') }));
  }

  /** Attributes that follow from these, by the first rule that matches; empty when none does. */
  lookUp(attributes: ReadonlyMap<string, string>): Map<string, string> {
    const found = new Map<string, string>();
    for (const { rule, parts } of this.#rules) {
      const value = attributes.get(rule.attribute);
      const first = value === undefined ? undefined : matched(value, parts);
      if (first === undefined) continue;
      const { service, namespace, environment, owner } = rule;
      if (service !== undefined)
        found.set(
          SERVICE_NAME,
          service.replaceAll('$1', () => first),
        );
      if (namespace !== undefined) found.set(SERVICE_NAMESPACE, namespace);
      if (environment !== undefined) found.set(ENVIRONMENT, environment);
      if (owner !== undefined) found.set(SERVICE_OWNER, owner);
      break;
    }
    return found;
  }
}

/** What the first `*` stands for ('' without one), undefined when the value does not match. Linear: parts are found in order. */
function matched(value: string, parts: readonly string[]): string | undefined {
  const [head, ...rest] = parts;
  if (rest.length === 0) return value === head ? '' : undefined;
  const tail = rest[rest.length - 1];
  if (!value.startsWith(head) || !value.endsWith(tail) || value.length < head.length + tail.length) return undefined;
  let at = head.length;
  let first: string | undefined;
  for (const part of rest.slice(0, -1)) {
    const next = value.indexOf(part, at);
    if (next < 0 || next + part.length > value.length - tail.length) return undefined;
    first ??= value.slice(at, next);
    at = next + part.length;
  }
  return first ?? value.slice(at, value.length - tail.length);
}
