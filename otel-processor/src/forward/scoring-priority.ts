/**
 * What is scored first when not everything can be: batches with errors, and those of services that the configuration names.
 * It decides about scoring alone; logs are forwarded whatever comes of it.
 */
import { identityOf } from '../normalise/service.ts';
import type { ScoreRequest } from './scorer.ts';

/** SEVERITY_NUMBER_ERROR of OTLP. */
const ERROR = 17;

/** Is there a record of severity ERROR or above, or one of these services? */
export function isUrgent({ bytes, columns }: ScoreRequest, services: ReadonlySet<string>): boolean {
  if (columns === undefined) return false;
  for (let i = 0; i < columns.records; i++) if (columns.severity[i] >= ERROR) return true;
  if (services.size === 0) return false;
  for (let r = 0; r < columns.resources; r++)
    if (services.has(identityOf(bytes, columns.resourceMessageStart[r], columns.resourceMessageEnd[r]).service))
      return true;
  return false;
}
