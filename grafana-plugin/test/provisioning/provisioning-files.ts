/** The files of provisioning/grafana, read as Grafana reads them. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { CONTACT_POINTS, DASHBOARD, DASHBOARDS, DATASOURCES, PLUGINS, RULES, TEMPLATES } from './shapes.ts';

export const repository = resolve(import.meta.dirname, '../../..');
export const folder = join(repository, 'provisioning/grafana');

/** Which shape a file must have, by its path below the folder; the first that fits. */
export const SHAPES: readonly (readonly [path: RegExp, shape: z.ZodType])[] = [
  [/^datasources\/[^/]+\.yaml$/, DATASOURCES],
  [/^plugins\/[^/]+\.yaml$/, PLUGINS],
  [/^dashboards\/[^/]+\.yaml$/, DASHBOARDS],
  [/^dashboards\/json\/[^/]+\.json$/, DASHBOARD],
  [/^alerting\/rules\.yaml$/, RULES],
  [/^alerting\/templates\.yaml$/, TEMPLATES],
  [/^(alerting|contact-points)\/[^/]+\.yaml$/, CONTACT_POINTS],
];

export const FILES: readonly string[] = globSync('**/*.{yaml,yml,json}', { cwd: folder }).toSorted();

/** The content of a file, aliases and merge keys resolved. */
export function contentOf(file: string): unknown {
  const text = readFileSync(join(folder, file), 'utf8');
  return file.endsWith('.json') ? JSON.parse(text) : parse(text, { merge: true });
}

function all<S extends z.ZodType>(path: RegExp, shape: S): z.output<S>[] {
  return FILES.filter((file) => path.test(file)).map((file) => shape.parse(contentOf(file)));
}

export const datasources = all(/^datasources\//, DATASOURCES).flatMap((file) => file.datasources);
export const apps = all(/^plugins\//, PLUGINS).flatMap((file) => file.apps);
export const providers = all(/^dashboards\/[^/]+\.yaml$/, DASHBOARDS).flatMap((file) => file.providers);
export const dashboards = all(/^dashboards\/json\//, DASHBOARD);
export const groups = all(/rules\.yaml$/, RULES).flatMap((file) => file.groups);
export const rules = groups.flatMap((group) => group.rules);
export const templates = all(/templates\.yaml$/, TEMPLATES).flatMap((file) => file.templates);
export const contactPoints = all(/contact-points/, CONTACT_POINTS).flatMap((file) => file.contactPoints);
