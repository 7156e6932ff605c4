/** The tenant of a request: header X-Scope-OrgID, as Loki and Mimir take it. Without it the default tenant ''. */
import { SeismoError } from '../errors.ts';

// The characters Mimir allows; a `|` there means several tenants at once, which nothing here can answer.
const TENANT = /^[A-Za-z0-9!\-_.*'()]{1,150}$/;

/** @throws SeismoError INVALID_TENANT */
export function tenantOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const tenant = headers['x-scope-orgid'] ?? '';
  if (tenant === '') return '';
  if (typeof tenant === 'string' && TENANT.test(tenant) && tenant !== '.' && tenant !== '..') return tenant;
  throw new SeismoError(
    'INVALID_TENANT',
    `X-Scope-OrgID must be one name of at most 150 letters, digits or !-_.*'(), got ${JSON.stringify(tenant).slice(0, 80)}`,
    { field: 'X-Scope-OrgID' },
  );
}
