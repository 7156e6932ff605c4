/**
 * The datasource. It speaks only Grafana's own protocol (queries, resources, health): in Grafana the Go backend
 * translates it to the HTTP API of the scoring backend, in the workbench a few lines of the page do.
 */
import {
  CoreApp,
  type AnnotationSupport,
  type DataSourceInstanceSettings,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import type {
  AnomaliesResponse,
  ServicesResponse,
  TemplatesResponse,
  WireAnomaly,
  WireService,
  WireTemplate,
} from '@seismo/scoring-backend/api';
import { annotationSupport } from './annotations.ts';
import { DEFAULT_QUERY, queryText, type SeismoQuery, type SeismoSettings } from './query.ts';
import { SeismoVariables } from './variables.tsx';

/** Most rows a list of the API answers with. */
const LIST_LIMIT = 1000;
/** Value of a variable that stands for "All". */
const ALL = '$__all';

export interface AnomalyFilter {
  readonly fromMs: number;
  readonly toMs: number;
  readonly service?: string;
  readonly environment?: string;
  readonly namespace?: string;
  readonly limit?: number;
}

export class SeismoDatasource extends DataSourceWithBackend<SeismoQuery, SeismoSettings> {
  override annotations: AnnotationSupport<SeismoQuery> = annotationSupport;

  constructor(settings: DataSourceInstanceSettings<SeismoSettings>) {
    super(settings);
    this.variables = new SeismoVariables(this);
  }

  override getDefaultQuery(app: CoreApp): Partial<SeismoQuery> {
    // What an alert should watch is the margin; what a person should see first is the score.
    return app === CoreApp.UnifiedAlerting ? { ...DEFAULT_QUERY, field: 'margin' } : DEFAULT_QUERY;
  }

  override getQueryDisplayText(query: SeismoQuery): string {
    return queryText(query);
  }

  override filterQuery(query: SeismoQuery): boolean {
    return !query.hide;
  }

  override applyTemplateVariables(query: SeismoQuery, scopedVars: ScopedVars): SeismoQuery {
    const { services, environment, namespace, search, ...rest } = query;
    const expanded = this.expand(services ?? [], scopedVars);
    return {
      ...rest,
      ...(expanded.length === 0 ? {} : { services: expanded }),
      ...filled('environment', this.replaceOne(environment, scopedVars)),
      ...filled('namespace', this.replaceOne(namespace, scopedVars)),
      ...filled('search', this.replaceOne(search, scopedVars)),
    };
  }

  override interpolateVariablesInQueries(queries: SeismoQuery[], scopedVars: ScopedVars): SeismoQuery[] {
    return queries.map((query) => this.applyTemplateVariables(query, scopedVars));
  }

  /** Services with closed windows in the range; without a range, of the last day. */
  async fetchServices(range?: TimeRange): Promise<WireService[]> {
    const params = { ...rangeParams(range), limit: LIST_LIMIT };
    const answer = await this.getResource<ServicesResponse>('services', params);
    return answer.services;
  }

  /** False on a backend that has scored nothing yet. */
  async hasWindows(): Promise<boolean> {
    const answer = await this.getResource<ServicesResponse>('services', { from: 0, limit: 1 });
    return answer.services.length > 0;
  }

  async fetchTemplates(service: string | undefined, range?: TimeRange): Promise<WireTemplate[]> {
    const params = { ...rangeParams(range), ...filled('service', service), limit: LIST_LIMIT };
    const answer = await this.getResource<TemplatesResponse>('templates', params);
    return answer.templates;
  }

  /** Anomalies with their evidence, latest first. */
  async fetchAnomalies(filter: AnomalyFilter): Promise<WireAnomaly[]> {
    const { fromMs, toMs, limit = 100, ...stream } = filter;
    const params = { from: Math.floor(fromMs), to: Math.ceil(toMs), limit, ...stream };
    const answer = await this.getResource<AnomaliesResponse>('anomalies', params);
    return answer.anomalies;
  }

  /** Names and variables to names; a variable set to All, or to nothing, means no filter at all. */
  private expand(services: readonly string[], scopedVars: ScopedVars): string[] {
    const names: string[] = [];
    for (const service of services) {
      let none = isAll(service, scopedVars);
      const text = getTemplateSrv().replace(service, scopedVars, (value: string | string[]) => {
        const values = (Array.isArray(value) ? value : [value]).filter((name) => name !== '');
        none ||= values.includes(ALL) || values.length === 0;
        return values.join(SEPARATOR);
      });
      if (none) return [];
      names.push(...text.split(SEPARATOR).filter((name) => name !== ''));
    }
    return [...new Set(names)];
  }

  private replaceOne(text: string | undefined, scopedVars: ScopedVars): string | undefined {
    return text === undefined ? undefined : getTemplateSrv().replace(text, scopedVars);
  }
}

/** Between the values of a multi-value variable; service names may hold commas, never this. */
const SEPARATOR = '\u0001';

/** Grafana expands All to every value; with a thousand services no filter is the shorter way to say it. */
function isAll(service: string, scopedVars: ScopedVars): boolean {
  const name = /^\$\{?(\w+)/.exec(service)?.[1];
  if (name === undefined || scopedVars[name]) return false;
  const variable = getTemplateSrv()
    .getVariables()
    .find((candidate) => candidate.name === name);
  const chosen: unknown = variable && 'current' in variable && (variable.current as { value?: unknown }).value;
  return chosen === ALL || (Array.isArray(chosen) && chosen.includes(ALL));
}

/** A field of a query only when it says something: the backend refuses empty texts. */
function filled<K extends string>(name: K, text: string | undefined): Partial<Record<K, string>> {
  return text === undefined || text === '' ? {} : ({ [name]: text } as Partial<Record<K, string>>);
}

function rangeParams(range: TimeRange | undefined): { from?: number; to?: number } {
  return range ? { from: range.from.valueOf(), to: range.to.valueOf() } : {};
}
