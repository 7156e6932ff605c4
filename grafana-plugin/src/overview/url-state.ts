/** The state of the page, as it is in the URL: a link shows another person the same thing. */
import { useCallback, useEffect, useState } from 'react';
import { locationService } from '@grafana/runtime';

export interface PageState {
  /** As people type them: `now-1h`, or ms since the epoch. */
  readonly from: string;
  readonly to: string;
  /** `30s`, or empty for no refresh. Left out of the URL it is the default; there and empty it is off. */
  readonly refresh: string;
  readonly services: readonly string[];
  /** Uid of the datasource, or empty for the first. */
  readonly datasource: string;
}

const DEFAULT_STATE: PageState = { from: 'now-1h', to: 'now', refresh: '10s', services: [], datasource: '' };
const RELATIVE = /^now([+-]\d+[smhdwMy])*(\/[smhdwMy])?$/;

/** The state that a query string describes; what cannot be read is left at its default. */
export function stateOf(search: string): PageState {
  const params = new URLSearchParams(search);
  const time = (name: 'from' | 'to') => {
    const text = params.get(name) ?? '';
    if (RELATIVE.test(text) || /^\d{1,16}$/.test(text)) return text;
    const ms = text === '' ? NaN : Date.parse(text);
    return Number.isNaN(ms) ? DEFAULT_STATE[name] : String(ms);
  };
  const refresh = params.get('refresh') ?? DEFAULT_STATE.refresh;
  return {
    from: time('from'),
    to: time('to'),
    refresh: /^\d+[smh]$/.test(refresh) ? refresh : '',
    services: params.getAll('service').filter((name) => name !== ''),
    datasource: params.get('ds') ?? '',
  };
}

export function useUrlState(): [PageState, (change: Partial<PageState>) => void] {
  const [search, setSearch] = useState(() => locationService.getLocation().search);
  useEffect(
    () => locationService.getHistory().listen((location: { search: string }) => setSearch(location.search)),
    [],
  );
  const change = useCallback((next: Partial<PageState>) => {
    const { from, to, refresh, services, datasource } = { ...stateOf(locationService.getLocation().search), ...next };
    locationService.partial({
      from,
      to,
      refresh,
      service: services.length === 0 ? null : [...services],
      ds: datasource === '' ? null : datasource,
    });
  }, []);
  return [stateOf(search), change];
}
