/** The modules Grafana shares with plugins, so that there is one React, one theme and one registry on the page. */
import * as emotion from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as data from '@grafana/data';
import * as runtime from '@grafana/runtime';
import * as ui from '@grafana/ui';
import i18next from 'i18next';
import lodash from 'lodash';
import moment from 'moment';
import React from 'react';
import ReactDOM from 'react-dom';
import * as jsxRuntime from 'react/jsx-runtime';
import * as router from 'react-router-dom-v5-compat';
import * as rxjs from 'rxjs';
import { loader } from './systemjs.ts';

/** CommonJS modules are their own default. */
const common = (module: object) => ({ ...module, default: module });

const SHARED: Readonly<Record<string, object>> = {
  '@emotion/css': emotion,
  '@emotion/react': emotionReact,
  '@grafana/data': data,
  '@grafana/runtime': runtime,
  '@grafana/ui': ui,
  i18next,
  lodash: common(lodash),
  moment: common(moment),
  react: common(React),
  'react-dom': common(ReactDOM),
  'react/jsx-runtime': jsxRuntime,
  'react-router': router,
  rxjs,
};

export function shareModules(): void {
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(SHARED)) {
    loader.set(`shared:${name}`, module);
    imports[name] = `shared:${name}`;
  }
  loader.addImportMap({ imports });
}
