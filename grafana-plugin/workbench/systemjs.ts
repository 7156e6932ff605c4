/** The module loader Grafana loads plugins with. AMD modules come by script tags, so no policy has to allow eval. */
import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';
import 'systemjs/dist/extras/named-register.js';

interface Loader {
  set(id: string, module: object): void;
  import(id: string): Promise<{ __useDefault?: boolean; default?: unknown; plugin?: unknown }>;
  addImportMap(map: { imports: Record<string, string> }): void;
}

declare global {
  interface Window {
    readonly System: Loader;
  }
}

export const loader = window.System;
