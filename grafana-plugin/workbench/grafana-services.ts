/** The services a Grafana server's page gives to plugins. */
import { EventBusSrv } from '@grafana/data';
import {
  locationService,
  setAppEvents,
  setBackendSrv,
  setChromeHeaderHeightHook,
  setDataSourceSrv,
  setEchoSrv,
  setLocationSrv,
  setReturnToPreviousHook,
  setTemplateSrv,
} from '@grafana/runtime';
import { makeBackendSrv } from './backend-srv.ts';
import { connection, dataSourceSrv } from './data-sources.ts';
import { templateSrv } from './variables.ts';

export function provideServices(): void {
  setBackendSrv(makeBackendSrv(() => connection.url));
  setDataSourceSrv(dataSourceSrv);
  setTemplateSrv(templateSrv);
  setLocationSrv(locationService);
  setAppEvents(new EventBusSrv());
  // Usage statistics go nowhere.
  setEchoSrv({ addBackend: () => undefined, addEvent: () => undefined, flush: () => undefined });
  setReturnToPreviousHook(() => () => undefined);
  setChromeHeaderHeightHook(() => 0);
}
