/** What the DOM of the tests lacks and Grafana's components ask for, and Grafana's registries, which its server fills. */
import '@testing-library/jest-dom/vitest';
import { standardEditorsRegistry, standardFieldConfigEditorRegistry } from '@grafana/data';
import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

afterEach(cleanup);

vi.stubGlobal('matchMedia', (media: string) => ({
  media,
  matches: false,
  addListener: () => undefined,
  removeListener: () => undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
// Icons are fetched from Grafana's server.
vi.stubGlobal('fetch', async () => new Response('<svg xmlns="http://www.w3.org/2000/svg"></svg>'));

/** Every call on a canvas, by the name of the method: what was drawn. */
export const drawn: string[] = [];
const context = new Proxy({ measureText: () => ({ width: 10 }) } as Record<string, unknown>, {
  get: (target, name: string) => target[name] ?? (() => void drawn.push(name)),
  set: () => true,
});
HTMLCanvasElement.prototype.getContext = (() => context) as never;

const EDITORS = ['number', 'slider', 'text', 'boolean', 'radio', 'select', 'unit', 'color', 'fieldColor', 'thresholds'];
standardEditorsRegistry.setInit(() => EDITORS.map((id) => ({ id, name: id, editor: () => null }) as never));
const OPTIONS = [
  'unit',
  'min',
  'max',
  'decimals',
  'displayName',
  'color',
  'noValue',
  'thresholds',
  'mappings',
  'links',
];
standardFieldConfigEditorRegistry.setInit(() =>
  [...OPTIONS, 'fieldMinMax', 'filterable', 'actions'].map(
    (id) =>
      ({
        id,
        path: id,
        name: id,
        editor: () => null,
        override: () => null,
        process: (v: unknown) => v,
        shouldApply: () => true,
      }) as never,
  ),
);
