/** The provisioning of Grafana holds together: shapes, queries, references, links. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { querySchema } from '@seismo/scoring-backend/api';
import type { Query } from '@seismo/scoring-backend/api';
import { describe, expect, it } from 'vitest';
import { apps, contactPoints, contentOf, dashboards, datasources, FILES } from './provisioning-files.ts';
import { groups, providers, repository, rules, SHAPES, templates } from './provisioning-files.ts';
import type { EXPRESSION, TARGET } from './shapes.ts';
import type { z } from 'zod';

type ClassicConditions = Extract<z.output<typeof EXPRESSION>, { type: 'classic_conditions' }>;

const DATASOURCE = pluginId('datasource');

/** What the API gets of a stored query: the plugin's backend leaves `datasource` behind. */
function asked({ datasource: _ours, ...query }: z.output<typeof TARGET>): Query {
  return querySchema.parse(query);
}

describe('every file of provisioning/grafana', () => {
  it.each(FILES)('%s has the shape that Grafana expects', (file) => {
    const shape = SHAPES.find(([path]) => path.test(file))?.[1];
    expect(shape?.safeParse(contentOf(file)).error).toBeUndefined();
    expect(shape).toBeDefined();
  });

  it('leaves the policies of the organisation alone, which a file of policies would replace', () => {
    for (const file of FILES) expect(contentOf(file)).not.toHaveProperty('policies');
  });

  it('gives each uid to one thing', () => {
    const uids = [
      ...datasources.map(({ uid }) => uid),
      ...rules.map(({ uid }) => uid),
      ...contactPoints.flatMap(({ receivers }) => receivers.map(({ uid }) => uid)),
      ...dashboards.map(({ uid }) => uid),
    ];
    expect(new Set(uids).size).toBe(uids.length);
  });

  it('names the plugins of the suite by the ids in their plugin.json', () => {
    expect(apps.map(({ type }) => type)).toEqual([pluginId('.')]);
    expect(datasources.map(({ type }) => type)).toContain(DATASOURCE);
    expect(dashboards.flatMap(({ panels }) => panels.map(({ type }) => type))).toContain(pluginId('panel'));
  });
});

describe('the dashboard', () => {
  const [dashboard] = dashboards;
  const variables = new Map(dashboard.templating.list.map((variable) => [variable.name, variable]));

  it('asks nothing that the backend does not answer', () => {
    const queries = [
      ...dashboard.panels.flatMap(({ targets }) => targets),
      ...dashboard.annotations.list.map(({ target, datasource }) => ({ ...target, datasource })),
    ].map(asked);
    expect(new Set(queries.map(({ queryType }) => queryType))).toEqual(
      new Set(['scores', 'anomalies', 'templates', 'logs']),
    );
  });

  it('takes its datasource from a variable that starts with the provisioned one', () => {
    const { query, current } = variables.get('datasource') ?? {};
    expect(query).toBe(DATASOURCE);
    expect(datasources).toContainEqual(expect.objectContaining({ uid: current?.value, type: DATASOURCE }));
    const used = [
      ...dashboard.panels.flatMap(({ datasource, targets }) => [
        datasource,
        ...targets.map((target) => target.datasource),
      ]),
      ...dashboard.annotations.list.map(({ datasource }) => datasource),
      ...dashboard.templating.list.flatMap(({ datasource }) => datasource ?? []),
    ];
    for (const reference of used) expect(reference).toEqual({ type: DATASOURCE, uid: '${datasource}' });
  });

  it('uses no variable that it does not have', () => {
    const names = JSON.stringify(dashboard).matchAll(/\$\{?([A-Za-z]\w*)/g);
    for (const [, name] of names) expect([...variables.keys()], name).toContain(name);
  });

  it('filters by service everywhere', () => {
    for (const { targets } of dashboard.panels)
      for (const target of targets) expect(asked(target).services).toEqual(['$service']);
  });

  it('has panels with ids of their own that do not lie on each other', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('lies where its provider looks, in the folder of the alert rules', () => {
    expect(providers).toHaveLength(1);
    expect(providers[0].options.path).toBe('/etc/grafana/provisioning/dashboards/json');
    expect(groups.map((group) => group.folder)).toEqual(providers.map((provider) => provider.folder));
  });
});

describe.each(rules)('the alert rule $uid', (rule) => {
  const steps = new Map(rule.data.map((step) => [step.refId, step]));

  it('asks nothing that the backend does not answer, and only what is alertable', () => {
    const queries = rule.data.filter((step) => 'queryType' in step);
    expect(queries.length).toBeGreaterThan(0);
    for (const { refId, queryType, datasourceUid, model } of queries) {
      expect(asked(model)).toMatchObject({ refId, queryType, sizeMs: 60_000 });
      expect(queryType).toBe('scores');
      expect(model.datasource).toEqual({ type: DATASOURCE, uid: datasourceUid });
      expect(datasources).toContainEqual(expect.objectContaining({ uid: datasourceUid, type: DATASOURCE }));
    }
  });

  it('has steps that name each other rightly, none twice and none in vain', () => {
    expect(steps.size).toBe(rule.data.length);
    const told = [
      ...Object.values(rule.annotations)
        .join()
        .matchAll(/\$values "(\w+)"/g),
    ].map(([, name]) => name);
    const used = new Set([rule.condition, ...told]);
    for (const { refId, model } of rule.data) {
      expect(model.refId).toBe(refId);
      for (const name of inputsOf(model)) {
        expect([...steps.keys()]).toContain(name);
        used.add(name);
      }
    }
    expect(used).toEqual(new Set(steps.keys()));
  });

  it('links to a dashboard and a panel that are there', () => {
    expect(rule.annotations.__dashboardUid__).toBe(rule.dashboardUid);
    expect(rule.annotations.__panelId__).toBe(String(rule.panelId));
    const dashboard = dashboards.find(({ uid }) => uid === rule.dashboardUid);
    expect(dashboard?.panels.map(({ id }) => id)).toContain(rule.panelId);
  });

  it('routes itself to a contact point that exists', () => {
    expect(contactPoints.map(({ name }) => name)).toContain(rule.notification_settings.receiver);
    expect(rule.notification_settings.group_by).toEqual(['alertname', 'grafana_folder', 'service']);
  });

  it('lets what fires again wait for no more than a minute', () => {
    expect(rule.notification_settings.group_interval).toMatch(/^(1m|[1-6]0s)$/);
  });
});

describe('the rules together', () => {
  const [rule, other] = rules;
  const stepsOf = ({ data }: typeof rule) => new Map(data.map((step) => [step.refId, step.model]));

  it('fire on a margin above 0, as the panel draws it, and clear below -1', () => {
    const steps = stepsOf(rule);
    const condition = steps.get(rule.condition);
    expect(condition).toMatchObject({
      type: 'threshold',
      conditions: [{ evaluator: { type: 'gt', params: [0] }, unloadEvaluator: { type: 'lt', params: [-1] } }],
    });
    const reduce = steps.get(inputsOf(condition)[0]);
    expect(reduce).toMatchObject({ type: 'reduce', reducer: 'last' });
    const drawn = { queryType: 'scores', field: 'margin', sizeMs: 60_000 };
    expect(steps.get(inputsOf(reduce)[0])).toMatchObject(drawn);
    expect(dashboards[0].panels.find(({ id }) => id === rule.panelId)?.targets[0]).toMatchObject(drawn);
  });

  it('end no anomaly because the backend is down, and tell once that it is', () => {
    expect(rule.execErrState).toBe('KeepLast');
    expect(other.execErrState).toBe('Alerting');
    // A number of records is never below 0; and without a classic condition there would be labels of a service.
    expect(stepsOf(other).get(other.condition)).toMatchObject({
      type: 'classic_conditions',
      conditions: [{ evaluator: { type: 'lt', params: [0] } }],
    });
    expect(other.data.flatMap((step) => ('queryType' in step ? [asked(step.model)] : []))).toMatchObject([
      { field: 'records', limit: 1 },
    ]);
  });
});

describe('the contact points', () => {
  const [{ template }] = templates;

  it('cover webhook, Slack, e-mail, PagerDuty and SMS, all under one name', () => {
    expect(new Set(contactPoints.map(({ name }) => name))).toEqual(new Set(['Seismo']));
    const types = contactPoints.flatMap(({ receivers }) => receivers.map(({ type }) => type));
    expect(types.toSorted()).toEqual(['email', 'pagerduty', 'slack', 'sns', 'webhook']);
  });

  it('load only the webhook by themselves: the others have no address until someone gives one', () => {
    const loaded = FILES.filter((file) => file.startsWith('alerting/')).map((file) => JSON.stringify(contentOf(file)));
    const types = [...loaded.join().matchAll(/"type":"(webhook|slack|email|pagerduty|sns)"/g)].map(([, type]) => type);
    expect(types).toEqual(['webhook']);
  });

  it('use templates that exist', () => {
    const defined = new Set([...template.matchAll(/define "([^"]+)"/g)].map(([, name]) => name));
    const used = [...JSON.stringify(contactPoints).matchAll(/template \\"([^\\]+)\\"/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(5);
    for (const name of used) expect(defined).toContain(name);
  });

  it('send a message with service, severity, rarity, reason and links', () => {
    for (const part of ['.Labels.service', '.Labels.severity', '.DashboardURL', '.PanelURL'])
      expect(template).toContain(part);
    const annotations = [...template.matchAll(/\.Annotations\.(\w+)/g)].map(([, name]) => name);
    expect(new Set(annotations)).toEqual(new Set(['rarity', 'reason', 'summary']));
    for (const name of annotations) expect(rules[0].annotations).toHaveProperty(name);
    for (const { labels, annotations } of rules) {
      expect(labels).toHaveProperty('severity');
      expect(annotations).toHaveProperty('summary');
    }
  });
});

/** Names of the steps whose results a step takes. */
function inputsOf(model: (typeof rules)[number]['data'][number]['model'] | undefined): string[] {
  if (model?.type === 'classic_conditions')
    return (model as ClassicConditions).conditions.flatMap(({ query }) => query.params);
  if (model === undefined || !('expression' in model)) return [];
  const expression = String(model.expression);
  return model.type === 'math' ? [...expression.matchAll(/\$(\w+)/g)].map(([, name]) => name) : [expression];
}

/** The id in `src/<path>/plugin.json` of the plugin's package. */
function pluginId(path: string): string {
  const file = join(repository, 'grafana-plugin/src', path, 'plugin.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { id: string }).id;
}
