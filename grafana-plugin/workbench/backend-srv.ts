/** Grafana's HTTP client, as far as plugins use it, over the bridge to the backend. */
import type { BackendSrv, BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { lastValueFrom, map, Observable } from 'rxjs';
import { answerFor } from './api-bridge.ts';

export function makeBackendSrv(baseUrl: () => string): BackendSrv {
  const fetch = <T>(options: BackendSrvRequest): Observable<FetchResponse<T>> =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      const url = urlOf(options);
      const { method = 'GET', data: body } = options;
      answerFor({ method, path: url.pathname, search: url.search, body, signal: abort.signal }, baseUrl()).then(
        ({ status, data }) => {
          const response = responseOf(options, url, status, data as T);
          if (response.ok) {
            subscriber.next(response);
            subscriber.complete();
          } else subscriber.error(response);
        },
        (error: unknown) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  const request = <T>(options: BackendSrvRequest) => lastValueFrom(fetch<T>(options).pipe(map(({ data }) => data)));
  return {
    fetch,
    request,
    get: (url: string, params?: BackendSrvRequest['params']) => request({ url, ...(params ? { params } : {}) }),
    post: (url: string, data?: unknown) => request({ method: 'POST', url, data }),
    put: (url: string, data?: unknown) => request({ method: 'PUT', url, data }),
    patch: (url: string, data?: unknown) => request({ method: 'PATCH', url, data }),
    delete: (url: string) => request({ method: 'DELETE', url }),
    datasourceRequest: (options: BackendSrvRequest) => lastValueFrom(fetch(options)),
    chunked: () => {
      throw new Error('chunked answers are not part of the workbench');
    },
  } as BackendSrv;
}

function urlOf({ url, params }: BackendSrvRequest): URL {
  const full = new URL(url, `${location.origin}/`);
  for (const [name, value] of Object.entries(params ?? {}))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) full.searchParams.append(name, String(one));
  return full;
}

function responseOf<T>(config: BackendSrvRequest, url: URL, status: number, data: T): FetchResponse<T> {
  return {
    status,
    data,
    config,
    ok: status >= 200 && status < 300,
    statusText: '',
    headers: new Headers(),
    url: url.href,
    type: 'basic',
    redirected: false,
  };
}
