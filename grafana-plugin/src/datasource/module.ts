/** Entry of the datasource plugin. */
import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './config-editor.tsx';
import { SeismoDatasource } from './datasource.ts';
import { QueryEditor } from './query-editor.tsx';
import type { SeismoQuery, SeismoSecrets, SeismoSettings } from './query.ts';

export const plugin = new DataSourcePlugin<SeismoDatasource, SeismoQuery, SeismoSettings, SeismoSecrets>(
  SeismoDatasource,
)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
