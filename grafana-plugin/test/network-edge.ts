/**
 * The plugin's way to the backend, real up to `fetch`: Grafana's services as the workbench provides them, and a table of
 * answers where the network would be.
 */
import { setDataSourceSrv, setBackendSrv, setTemplateSrv, type DataSourceSrv } from '@grafana/runtime';
import { dateTime, type DataSourceInstanceSettings, type TimeRange } from '@grafana/data';
import { vi } from 'vitest';
import { SeismoDatasource } from '../src/datasource/datasource.ts';
import type { SeismoSettings } from '../src/datasource/query.ts';
import { makeBackendSrv } from '../workbench/backend-srv.ts';
import { chosen, templateSrv } from '../workbench/variables.ts';

export interface Asked {
  readonly path: string;
  readonly search: string;
  readonly body: unknown;
}

/** Answers by path; a function may look at the request. */
export type Answers = Readonly<Record<string, (asked: Asked) => { status?: number; json: unknown }>>;

/** Puts the answers in place of the network and tells what was asked. Icons, too, are fetched: they are left out. */
export function network(answers: Answers): Asked[] {
  const log: Asked[] = [];
  vi.stubGlobal('fetch', async (input: string | URL, init?: RequestInit) => {
    const url = new URL(String(input), 'http://page');
    if (url.pathname.endsWith('.svg')) return new Response('<svg xmlns="http://www.w3.org/2000/svg"></svg>');
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    const asked = { path: url.pathname, search: url.search, body };
    log.push(asked);
    const answer = answers[url.pathname]?.(asked);
    if (!answer) throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify(answer.json), { status: answer.status ?? 200 });
  });
  return log;
}

/** A datasource whose backend is at http://backend, with the variable `$service` set. */
export function seismo(service: readonly string[] = []): SeismoDatasource {
  setBackendSrv(makeBackendSrv(() => 'http://backend'));
  setTemplateSrv(templateSrv);
  chosen.service = service;
  const settings = {
    id: 1,
    uid: 'seismo',
    type: 'seismo-loganomaly-datasource',
    name: 'Seismo',
    jsonData: {},
    meta: {},
  };
  const datasource = new SeismoDatasource(settings as unknown as DataSourceInstanceSettings<SeismoSettings>);
  setDataSourceSrv({
    get: async () => datasource,
    getList: () => [settings],
    getInstanceSettings: () => settings,
  } as unknown as DataSourceSrv);
  return datasource;
}

export function range(fromMs: number, toMs: number): TimeRange {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
}
