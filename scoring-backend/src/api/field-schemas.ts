/** Fields that many wire types have. */
import { z } from 'zod';

/** A time: ms since the epoch as number or digits, or ISO 8601. */
export const timeSchema = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value : /^-?\d+$/.test(value.trim()) ? Number(value) : Date.parse(value);
    if (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15) return Math.trunc(ms);
    context.addIssue({ code: 'custom', message: 'expected ms since the epoch or an ISO 8601 time' });
    return z.NEVER;
  })
  .describe('Time: ms since the epoch (number or digits), or ISO 8601.');

/** Of a service, a namespace, an environment, a host. */
export const name = z.string().max(1024);
