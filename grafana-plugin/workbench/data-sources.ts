/** The one datasource of the workbench. Its settings are those of the page and are gone when it is closed. */
import type { DataSourceApi, DataSourceInstanceSettings, DataSourceJsonData } from '@grafana/data';
import type { DataSourceSrv } from '@grafana/runtime';
import type { SeismoDatasource } from '../src/datasource/datasource.ts';
import { DATASOURCE_ID, importPlugin } from './plugin-loader.ts';

export const UID = 'seismo';

/** Address of the backend; empty for where this page comes from. */
export const connection = { url: '' };

let made: Promise<DataSourceApi> | undefined;

export const dataSourceSrv = {
  getInstanceSettings: () => settings(),
  getList: ({ pluginId }: { pluginId?: string } = {}) =>
    pluginId === undefined || pluginId === DATASOURCE_ID ? [settings()] : [],
  get: () => (made ??= make()),
  reload: () => undefined,
  registerRuntimeDataSource: () => undefined,
} as unknown as DataSourceSrv;

export function seismoDatasource(): Promise<SeismoDatasource> {
  return dataSourceSrv.get(UID) as unknown as Promise<SeismoDatasource>;
}

async function make(): Promise<DataSourceApi> {
  const plugin = await importPlugin(DATASOURCE_ID);
  const { DataSourceClass, components, meta } = plugin as unknown as {
    DataSourceClass: new (settings: DataSourceInstanceSettings) => DataSourceApi;
    components: DataSourceApi['components'];
    meta: DataSourceApi['meta'];
  };
  const datasource = new DataSourceClass(settings());
  return Object.assign(datasource, { components, meta });
}

function settings(): DataSourceInstanceSettings<DataSourceJsonData> {
  return {
    id: 1,
    uid: UID,
    type: DATASOURCE_ID,
    name: 'Seismo',
    url: connection.url,
    access: 'proxy',
    readOnly: false,
    jsonData: {},
    meta: { id: DATASOURCE_ID, name: 'Seismo', type: 'datasource' },
  } as unknown as DataSourceInstanceSettings;
}
