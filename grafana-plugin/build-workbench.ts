/**
 * Bundles the workbench into `workbench/dist`, with the built plugins beside it: a folder of static files that the
 * scoring backend serves (`--web-dir`). The plugins are built first, by build.ts.
 *
 * @example npm run build:workbench -w grafana-plugin
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';

const here = import.meta.dirname;
const finished = path.join(here, 'workbench/dist');
// Built beside and moved at the end: whoever serves the page has the old one or the new one, whole.
const out = path.join(here, `workbench/.cache/page-${process.pid}`);
const require = createRequire(import.meta.url);
const runtime = path.dirname(require.resolve('@grafana/runtime/package.json'));
const ui = path.dirname(require.resolve('@grafana/ui/package.json'));

/** Parts of @grafana/runtime that only Grafana itself imports; they must be the same instances that plugins get. */
const insideOfRuntime: Plugin = {
  name: 'inside-of-runtime',
  setup(builder) {
    builder.onResolve({ filter: /^grafana-runtime\// }, (args) => ({
      path: path.join(runtime, 'dist/esm', args.path.replace('grafana-runtime/', '')),
    }));
  },
};

/**
 * A CommonJS package whose default export @grafana/ui takes in the way of webpack. From a file that ends in .mjs esbuild
 * would give it all exports instead, as Node does.
 */
const defaultOfScrollbars: Plugin = {
  name: 'default-of-scrollbars',
  setup(builder) {
    const namespace = 'default-of';
    builder.onResolve({ filter: /^react-custom-scrollbars-2$/ }, ({ path: name, namespace: from }) =>
      from === namespace ? undefined : { path: name, namespace },
    );
    builder.onLoad({ filter: /.*/, namespace }, ({ path: name }) => ({
      contents: `import it from '${name}'; export default it; export * from '${name}';`,
      resolveDir: ui,
    }));
  },
};

process.once('exit', () => fs.rmSync(out, { recursive: true, force: true }));
await build({
  absWorkingDir: here,
  entryPoints: { main: 'workbench/main.tsx' },
  outdir: path.join(out, 'assets'),
  bundle: true,
  format: 'esm',
  splitting: true,
  minify: true,
  jsx: 'automatic',
  target: 'es2022',
  // React's development build freezes style props that a part of @grafana/ui writes to.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
  mainFields: ['browser', 'module', 'main'],
  conditions: ['browser', 'import', 'module'],
  loader: { '.ttf': 'file', '.svg': 'text', '.woff': 'file', '.woff2': 'file' },
  logLevel: 'warning',
  plugins: [insideOfRuntime, defaultOfScrollbars],
});
await build({
  absWorkingDir: here,
  entryPoints: { boot: 'workbench/boot.ts' },
  outdir: path.join(out, 'assets'),
  bundle: true,
  format: 'iife',
  target: 'es2022',
  logLevel: 'warning',
});

fs.copyFileSync(path.join(here, 'workbench/index.html'), path.join(out, 'index.html'));
fs.cpSync(path.join(ui, 'dist/public/img/icons'), path.join(out, 'public/build/img/icons'), { recursive: true });
// Icons that Grafana's pages have, and its package has not.
fs.cpSync(path.join(here, 'workbench/icons'), path.join(out, 'public/build/img/icons/unicons'), { recursive: true });
// Under the names that Grafana's global styles ask for.
for (const [source, target] of [
  ['@fontsource/inter/files/inter-latin-400-normal.woff2', 'inter/Inter-Regular.woff2'],
  ['@fontsource/inter/files/inter-latin-400-italic.woff2', 'inter/Inter-Italic.woff2'],
  ['@fontsource/inter/files/inter-latin-500-normal.woff2', 'inter/Inter-Medium.woff2'],
  [
    '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2',
    'roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2',
  ],
]) {
  fs.mkdirSync(path.dirname(path.join(out, 'public/fonts', target)), { recursive: true });
  fs.copyFileSync(require.resolve(source), path.join(out, 'public/fonts', target));
}
// A nested plugin is served under its own id, as Grafana does it. What a browser does not load stays behind.
for (const [id, folder] of [
  ['seismo-loganomaly-app', '.'],
  ['seismo-loganomaly-datasource', 'datasource'],
  ['seismo-loganomaly-panel', 'panel'],
]) {
  const from = path.join(here, 'dist', folder);
  const nested = folder === '.' ? ['datasource', 'panel'].map((name) => path.join(from, name)) : [];
  fs.cpSync(from, path.join(out, 'public/plugins', id), {
    recursive: true,
    filter: (source) => !nested.includes(source) && !/gpx_|go_plugin_build_manifest|\.map$/.test(source),
  });
}

fs.rmSync(finished, { recursive: true, force: true });
fs.renameSync(out, finished);

const files = fs.readdirSync(finished, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const bytes = files.reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
process.stdout.write(
  `workbench: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB in ${path.relative(process.cwd(), finished)}\n`,
);
