/**
 * The build of the suite: create-plugin's configuration, once per plugin. Its single compilation would put the lazy
 * chunks and images of nested plugins where Grafana does not serve them (grafana/plugin-tools#2172).
 */
import fs from 'node:fs';
import path from 'node:path';
import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import VirtualModulesPlugin from 'webpack-virtual-modules';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

/** Written by the Go build into the same folder; a new build of the pages must leave them. */
const KEPT = /^(datasource|panel)(\/|$)|gpx_|go_plugin_build_manifest/;
/** Plugins of the scaffold that only the compilation of the app may run: they write the files of all three. */
const ROOT_ONLY = ['CopyPlugin', 'ReplaceInFileWebpackPlugin', 'ReplaceInFilePlugin'];

export default async function suite(env: Env): Promise<Configuration[]> {
  const entries = Object.entries((await grafanaConfig(env)).entry as Record<string, string>);
  return Promise.all(entries.map(([name, file]) => compilation(env, path.dirname(name), file)));
}

async function compilation(env: Env, folder: string, file: string): Promise<Configuration> {
  const config = await grafanaConfig(env);
  const { id } = JSON.parse(fs.readFileSync(path.join(path.dirname(file), 'plugin.json'), 'utf8')) as { id: string };
  const isApp = folder === '.';
  const plugins = (config.plugins ?? []).filter((plugin) => {
    const kind = plugin?.constructor.name ?? '';
    return kind !== 'VirtualModulesPlugin' && (isApp || !ROOT_ONLY.includes(kind));
  });
  plugins.push(publicPathOf(id));
  if (isApp) plugins.push(new CopyWebpackPlugin({ patterns: [{ from: '*/img/**/*', to: '.' }] }));
  return {
    ...config,
    name: id,
    cache: { ...(config.cache as object), type: 'filesystem', name: id },
    entry: { module: file },
    plugins,
    module: { rules: (config.module?.rules ?? []).map(withAutomaticJsx) },
    performance: { maxEntrypointSize: 60_000, hints: env.production ? 'error' : false },
    output: {
      ...config.output,
      path: path.resolve(process.cwd(), 'dist', folder),
      publicPath: `public/plugins/${id}/`,
      uniqueName: id,
      // The app's compilation writes plugin.json and images of the nested ones, at the same time.
      clean: { keep: (name: string) => (isApp ? KEPT.test(name) : !/\.js(\.map)?$/.test(name)) },
    },
  };
}

/** The scaffold's own instance of this plugin is made once per module and serves only one compiler. */
function publicPathOf(id: string): VirtualModulesPlugin {
  return new VirtualModulesPlugin({
    'node_modules/grafana-public-path.js': `
import amdMetaModule from 'amd-module';
__webpack_public_path__ = amdMetaModule && amdMetaModule.uri
  ? amdMetaModule.uri.slice(0, amdMetaModule.uri.lastIndexOf('/') + 1)
  : 'public/plugins/${id}/';
`,
  });
}

type Rule = NonNullable<NonNullable<Configuration['module']>['rules']>[number];

/** JSX through react/jsx-runtime, which Grafana shares with plugins from 12.2.5 on. */
function withAutomaticJsx(rule: Rule): Rule {
  if (typeof rule !== 'object' || !rule || typeof rule.use !== 'object' || Array.isArray(rule.use)) return rule;
  const use = rule.use as { loader?: string; options?: { jsc?: object } };
  if (use.loader !== 'swc-loader') return rule;
  const jsc = { ...use.options?.jsc, transform: { react: { runtime: 'automatic' } } };
  return { ...rule, use: { ...use, options: { ...use.options, jsc } } };
}
