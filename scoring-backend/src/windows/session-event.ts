/**
 * What a record is in its session: its template and, where one template holds many kinds of messages (the routes of an
 * access log, the `msg` of a structured record), which of them. One number, so that it costs no more to keep than the
 * template's index, which is its lower bits.
 */
const TEMPLATE_BITS = 20;
const TEMPLATE = 2 ** TEMPLATE_BITS - 1;
/** Kinds of one template are numbered below this; 0 is none. */
export const MOST_KINDS = 2 ** 11;

export function eventOf(template: number, kind: number): number {
  return (kind << TEMPLATE_BITS) | template;
}

export function templateOfEvent(event: number): number {
  return event & TEMPLATE;
}

/** The same kind of another template. */
export function withTemplate(event: number, template: number): number {
  return (event & ~TEMPLATE) | template;
}
