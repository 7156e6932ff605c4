/** What the simulator's services say: kinds of messages made of words and values, each with its own range of values. */
import type { Random } from '../quality/calibration-traffic.ts';
import type { Shape } from './shapes.ts';

/** One kind of message. */
export interface Wording {
  readonly severity: number;
  /** @param scale factor on its durations, sizes and depths; 1 is normal */
  text(random: Random, scale: number): string;
}

const INFO = 9;

const VERBS =
  'accepted built cached checked closed copied counted dropped fetched joined loaded mapped merged opened parsed priced queued read routed saved sent sorted stored synced updated validated'.split(
    ' ',
  );
const THINGS =
  'account address basket batch booking bundle catalogue claim coupon customer document event export feed file image index invoice label ledger message offer order package page partner payment plan price product profile quote receipt refund region report route schedule seat segment session shipment stock ticket token transfer voucher warehouse'.split(
    ' ',
  );
const PLACES =
  'archive broker cache channel cluster cursor directory gateway lock mailbox mirror pool queue registry replica shard store stream table tunnel'.split(
    ' ',
  );
const STATES = 'again early later locally remotely twice partly quickly safely whole'.split(' ');
export const USERS =
  'ada ben carla dmitri elif farid greta hugo ines jonas kira luis mona nils olga pavel rosa sven tara uwe'.split(' ');

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random.next() * list.length)];
}

export const id = (random: Random): number => 10_000 + Math.floor(random.next() * 900_000);
export const address = (random: Random): string =>
  `10.${Math.floor(random.next() * 4)}.${Math.floor(random.next() * 256)}.${Math.floor(1 + random.next() * 254)}`;

/** A message about a thing, with the thing's id and how long it took. */
export function ordinary(random: Random, style: Shape['style'], severity = INFO): Wording {
  const [verb, thing, place, state] = [
    pick(random, VERBS),
    pick(random, THINGS),
    pick(random, PLACES),
    pick(random, STATES),
  ];
  const typical = Math.exp(2 + 3 * random.next());
  const spread = 0.2 + 0.4 * random.next();
  const ms = (from: Random, scale: number): number =>
    Math.max(1, Math.round(typical * scale * Math.exp(spread * from.normal())));
  const component = `${thing}-${place}`;
  if (style === 'fields')
    return {
      severity,
      text: (r, scale) =>
        `component=${component} msg="${thing} ${verb} ${state}" id=${id(r)} user=${pick(r, USERS)} duration_ms=${ms(r, scale)}`,
    };
  if (style === 'access')
    return {
      severity,
      text: (r, scale) =>
        `${address(r)} - ${pick(r, USERS)} "${verb === 'read' ? 'GET' : 'POST'} /${thing}/${verb}/${id(r)} HTTP/1.1" 200 ${200 + Math.floor(r.next() * 9000)} ${ms(r, scale)}ms via ${component}`,
    };
  return {
    severity,
    text: (r, scale) =>
      `${capital(thing)} ${id(r)} ${verb} ${state} in the ${place} for ${pick(r, USERS)} after ${ms(r, scale)} ms`,
  };
}

/** A short message of its own, of the long tail, a start-up or a job. */
export function remark(random: Random, severity = INFO): Wording {
  const words = [
    pick(random, THINGS),
    pick(random, PLACES),
    pick(random, VERBS),
    pick(random, STATES),
    pick(random, THINGS),
  ];
  const text = `${capital(words[0])} ${words[1]} ${words[2]} ${words[3]}: ${words[4]} ${pick(random, PLACES)} ${pick(random, VERBS)}`;
  return { severity, text: (r) => `${text} ${id(r)}` };
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
