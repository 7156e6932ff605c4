/** What people read in a notification: annotations and templates filled in by Go's own template engine, as in Grafana. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { go, NO_GO } from '../../../otel-processor/test/needs.ts';
import { rules, templates } from './provisioning-files.ts';

const [{ annotations }] = rules;
const [{ template }] = templates;
let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-words-'));
  program = join(folder, 'render');
  if (go === undefined) return;
  const source = join(import.meta.dirname, 'render-template.go');
  execFileSync(go, ['build', '-o', program, source], { cwd: import.meta.dirname, stdio: 'pipe' });
}, 300_000);
beforeEach((context) => context.skip(go === undefined, NO_GO));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const render = (input: object): string =>
  execFileSync(program, { input: JSON.stringify(input), encoding: 'utf8', stdio: 'pipe' });

describe('the annotations of the rule', () => {
  const usual = { lastRecords: 120, lastLow: 100, lastHigh: 140, lastErrors: 0, lastNews: 0, rarity: 50_000 };
  const words = (name: string, change: object = {}) =>
    render({ text: annotations[name], labels: { service: 'cart' }, values: { ...usual, ...change } });

  it.each([
    [{}, '120 records in a minute, as many as usual, but not the usual ones'],
    [{ lastRecords: 0 }, '0 records in a minute where 100 to 140 are usual'],
    [
      { lastRecords: 300, lastErrors: 12, lastNews: 1 },
      '300 records in a minute where 100 to 140 are usual, 12 of them errors, 1 kind of messages never seen before',
    ],
    [{ lastNews: 2 }, /not the usual ones, 2 kinds of messages never seen before$/],
  ])('give the reason in numbers that say something: %o', (change, expected) => {
    expect(words('reason', change)).toMatch(expected);
  });

  it('do not speak of what is usual when nothing is known about it', () => {
    const text = annotations.reason;
    expect(render({ text, values: { lastRecords: 5 } })).toBe('5 records in a minute');
  });

  it('tell the rarity, and above a billion only that it is above', () => {
    expect(words('rarity')).toBe('as rare as 1 in 5e+04 windows');
    expect(words('rarity', { rarity: 2.3e10 })).toBe('rarer than 1 in a billion windows');
  });

  it('name the service, if it has a name', () => {
    expect(words('summary')).toBe('cart logs something odd');
    const text = annotations.summary;
    expect(render({ text, labels: {}, values: {} })).toBe('A stream without service.name logs something odd');
  });
});

describe('a notification', () => {
  const firing = {
    Status: 'firing',
    Labels: { service: 'cart', severity: 'warning', environment: 'test' },
    Annotations: { rarity: 'as rare as 1 in 1,000 windows', reason: 'because' },
    EndsAt: '0001-01-01T00:00:00Z',
    DashboardURL: 'http://grafana/d/seismo-overview',
    PanelURL: 'http://grafana/d/seismo-overview?viewPanel=2',
    SilenceURL: 'http://grafana/alerting/silence/new',
  };
  const over = { ...firing, Status: 'resolved', EndsAt: '2026-11-21T16:23:20Z' };
  const words = (name: string, alert: typeof firing) =>
    render({
      text: `${template}{{ template "${name}" . }}`,
      notification: { Status: alert.Status, CommonLabels: alert.Labels, Alerts: [alert] },
    }).trim();

  it('has a line each for service, severity, rarity, reason and the links', () => {
    expect(words('seismo.title', firing)).toBe('[warning] log anomaly in cart');
    expect(words('seismo.message', firing).split('\n')).toEqual([
      'Service: cart (test)',
      'Severity: warning',
      'Rarity: as rare as 1 in 1,000 windows',
      'Reason: because',
      'Dashboard: http://grafana/d/seismo-overview',
      'Panel: http://grafana/d/seismo-overview?viewPanel=2',
      'Silence: http://grafana/alerting/silence/new',
    ]);
    expect(words('seismo.short', firing)).toBe('cart: as rare as 1 in 1,000 windows.');
  });

  it('says when it was over, without the numbers of the calm after it', () => {
    expect(words('seismo.title', over)).toBe('[over] log anomaly in cart');
    const message = words('seismo.message', over);
    expect(message).toContain('Severity: warning, over since 16:23:20 UTC');
    expect(message).not.toMatch(/Rarity|Reason/);
    expect(words('seismo.short', over)).toBe('cart: over.');
  });

  it('of a backend that does not answer says that, and nothing of services and rarity', () => {
    const [, { title, annotations: said }] = rules;
    const alert = { ...firing, Labels: { alertname: title, severity: 'warning' }, Annotations: { ...said } } as never;
    expect(words('seismo.title', alert)).toBe('[warning] No verdicts on logs');
    expect(words('seismo.message', alert)).toMatch(/^Severity: warning\nReason: Grafana gets no answer.*\nDashboard: /);
    expect(words('seismo.short', alert)).toBe('No verdicts on logs.');
  });
});
