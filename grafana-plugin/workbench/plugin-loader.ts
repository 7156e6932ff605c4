/** Loads the built plugins as Grafana does: plugin.json, then module.js, from /public/plugins/<id>/. */
import type { AppPlugin, DataSourcePlugin, PanelPlugin, PluginMeta } from '@grafana/data';
import { loader } from './systemjs.ts';

export const APP_ID = 'seismo-loganomaly-app';
export const DATASOURCE_ID = 'seismo-loganomaly-datasource';
export const PANEL_ID = 'seismo-loganomaly-panel';

interface Plugins {
  readonly [APP_ID]: AppPlugin;
  readonly [DATASOURCE_ID]: DataSourcePlugin<never>;
  readonly [PANEL_ID]: PanelPlugin;
}

const loading = new Map<string, Promise<unknown>>();

export function importPlugin<K extends keyof Plugins>(id: K): Promise<Plugins[K]> {
  let plugin = loading.get(id);
  if (!plugin) loading.set(id, (plugin = load(id)));
  return plugin as Promise<Plugins[K]>;
}

async function load(id: string): Promise<unknown> {
  const response = await fetch(`/public/plugins/${id}/plugin.json`);
  if (!response.ok) throw new Error(`the plugin ${id} is not beside this page: build it with "npm run build"`);
  const json = (await response.json()) as PluginMeta;
  const meta = { ...json, module: `public/plugins/${id}/module.js`, baseUrl: `public/plugins/${id}`, enabled: true };
  let module = await loader.import(`${location.origin}/public/plugins/${id}/module.js`);
  // A module with a top-level await is a promise of its exports.
  if (module.__useDefault) module = (await module.default) as typeof module;
  const plugin = module.plugin as { meta: object; init?: (meta: object) => void };
  plugin.init?.({ ...meta, jsonData: {} });
  plugin.meta = { ...meta, jsonData: {} };
  return plugin;
}
