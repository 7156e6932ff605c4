/** The lint knows what the validator of Grafana's catalogue refuses (its analyzer "coderules"). */
import path from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../../..');
const REFUSED: Readonly<Record<string, string>> = {
  'logging to the console': "console.log('x');",
  'native dialogs': "window.alert('x');",
  'native dialogs by their bare name': "confirm('x');",
  'the address of the page': 'export const here = window.location.href;',
  'data of the Grafana page': 'export const boot = (window as never)["x"] ?? window.grafanaBootData;',
  'new tabs that can reach back': "window.open('https://example.org');",
  'switched-off type checks': '// @ts-expect-error because\nexport const a: number = "x";',
  'styles from files': "import './x.css';",
  'global styles': "import { Global } from '@emotion/react';\nexport const g = Global;",
  'queries past the datasource': "export const url = '/api/ds/query';",
  'queries past the datasource in a template': 'export const url = `${1}/api/ds/query`;',
  'classes of the old forms': "export const name = 'gf-form-label';",
  'a health check beside that of the backend': 'export class D { testDatasource() { return 1; } }',
  'internals of React': 'export const x = (y: any) => y.__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED;',
  'code of the backend': "import { querySchema } from '@seismo/scoring-backend/api';\nexport const s = querySchema;",
};

let eslint: ESLint;
beforeAll(() => {
  eslint = new ESLint({ cwd: ROOT });
});

async function complaints(code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: path.join(ROOT, 'grafana-plugin/src/made-up.ts') });
  return result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

describe('the lint refuses', () => {
  it.each(Object.entries(REFUSED))('%s', async (_what, code) => {
    expect(await complaints(code)).not.toEqual([]);
  });

  it('nothing that is in order', async () => {
    const code = "import type { Query } from '@seismo/scoring-backend/api';\nexport const f = (q: Query) => q.refId;";
    expect(await complaints(code)).toEqual([]);
  });
});
