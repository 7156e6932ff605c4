/**
 * What Grafana 12.4 takes in provisioning files, as far as ours use it: strict, so that a field that Grafana would
 * silently ignore is an error here. Source: Grafana's documentation of file provisioning and its provisioning types.
 */
import { z } from 'zod';

/** A secret or address that comes from the environment: `$NAME`; `${NAME}` would expand a `$` inside the value again. */
export const fromEnvironment = z.string().regex(/^\$SEISMO_[A-Z_]+$/);
const uid = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);
const duration = z.string().regex(/^\d+(s|m|h)$/);
const version = { apiVersion: z.literal(1) };
const orgId = z.literal(1);

export const DATASOURCES = z.strictObject({
  ...version,
  prune: z.boolean().optional(),
  datasources: z.array(
    z.strictObject({
      ...{ name: z.string(), uid, type: z.string(), access: z.literal('proxy'), orgId, url: fromEnvironment },
      ...{ editable: z.literal(false), version: z.int(), isDefault: z.boolean().optional() },
      jsonData: z.strictObject({ timeout: z.int().positive(), tenant: fromEnvironment }).partial().optional(),
      secureJsonData: z.strictObject({ token: fromEnvironment }).optional(),
    }),
  ),
});

export const PLUGINS = z.strictObject({
  ...version,
  apps: z.array(z.strictObject({ type: z.string(), org_id: orgId, disabled: z.literal(false) })),
});

export const DASHBOARDS = z.strictObject({
  ...version,
  providers: z.array(
    z.strictObject({
      ...{ name: z.string(), orgId, folder: z.string(), type: z.literal('file'), disableDeletion: z.boolean() },
      ...{ allowUiUpdates: z.boolean(), updateIntervalSeconds: z.int().min(11) },
      options: z.strictObject({ path: z.string() }),
    }),
  ),
});

const datasourceRef = z.strictObject({ type: z.string(), uid: z.string() });
export const TARGET = z.looseObject({ refId: z.string(), datasource: datasourceRef });
const variable = z.looseObject({ name: z.string(), type: z.enum(['datasource', 'query']), query: z.unknown() });

/** The classic form (v1) of a dashboard. */
export const DASHBOARD = z.looseObject({
  ...{ id: z.null(), uid, title: z.string(), schemaVersion: z.int().min(39) },
  time: z.strictObject({ from: z.string(), to: z.string() }),
  annotations: z.strictObject({
    list: z.array(
      z.looseObject({
        ...{ name: z.string(), datasource: datasourceRef, enable: z.boolean(), iconColor: z.string() },
        target: z.looseObject({ refId: z.string(), queryType: z.string() }),
      }),
    ),
  }),
  templating: z.strictObject({
    list: z.array(
      variable.extend({
        datasource: datasourceRef.optional(),
        current: z.strictObject({
          text: z.union([z.string(), z.array(z.string())]),
          value: z.union([z.string(), z.array(z.string())]),
        }),
      }),
    ),
  }),
  panels: z.array(
    z.looseObject({
      ...{ id: z.int().positive(), type: z.string(), title: z.string().min(1), description: z.string().min(1) },
      gridPos: z.strictObject({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1).max(24), h: z.int().min(1) }),
      datasource: datasourceRef,
      targets: z.array(TARGET).min(1),
    }),
  ),
});

const evaluator = z.strictObject({ type: z.enum(['gt', 'lt']), params: z.tuple([z.number()]) });
const expressionModel = { refId: z.string(), datasource: datasourceRef };
export const EXPRESSION = z.discriminatedUnion('type', [
  z.strictObject({
    ...{ ...expressionModel, type: z.literal('reduce'), expression: z.string() },
    reducer: z.enum(['last', 'max', 'min', 'mean', 'sum', 'count']),
    settings: z.strictObject({ mode: z.enum(['dropNN', 'replaceNN']) }).optional(),
  }),
  z.strictObject({ ...expressionModel, type: z.literal('math'), expression: z.string() }),
  z.strictObject({
    ...{ ...expressionModel, type: z.literal('classic_conditions') },
    conditions: z.tuple([
      z.strictObject({
        ...{ type: z.literal('query'), query: z.strictObject({ params: z.tuple([z.string()]) }), evaluator },
        reducer: z.strictObject({ type: z.enum(['last', 'max', 'count']), params: z.tuple([]) }),
        operator: z.strictObject({ type: z.literal('and') }),
      }),
    ]),
  }),
  z.strictObject({
    ...{ ...expressionModel, type: z.literal('threshold'), expression: z.string() },
    conditions: z.tuple([z.strictObject({ evaluator, unloadEvaluator: evaluator })]),
  }),
]);
const range = z.strictObject({ from: z.int().min(0), to: z.int().min(0) });

export const RULES = z.strictObject({
  ...version,
  groups: z.array(
    z.strictObject({
      ...{ orgId, name: z.string(), folder: z.string(), interval: duration },
      rules: z.array(
        z.strictObject({
          ...{ uid, title: z.string(), condition: z.string(), for: duration },
          noDataState: z.enum(['NoData', 'Alerting', 'OK', 'KeepLast']),
          execErrState: z.enum(['Error', 'Alerting', 'OK', 'KeepLast']),
          ...{ dashboardUid: uid, panelId: z.int() },
          data: z.array(
            z.union([
              z.strictObject({
                ...{ refId: z.string(), relativeTimeRange: range, datasourceUid: z.literal('__expr__') },
                model: EXPRESSION,
              }),
              z.strictObject({
                ...{ refId: z.string(), queryType: z.string(), relativeTimeRange: range, datasourceUid: uid },
                model: TARGET,
              }),
            ]),
          ),
          labels: z.record(z.string(), z.string()),
          annotations: z.record(z.string(), z.string()),
          notification_settings: z.strictObject({
            ...{ receiver: z.string(), group_by: z.array(z.string()) },
            ...{ group_wait: duration, group_interval: duration, repeat_interval: duration },
          }),
        }),
      ),
    }),
  ),
});

export const TEMPLATES = z.strictObject({
  ...version,
  templates: z.array(z.strictObject({ orgId, name: z.string(), template: z.string() })),
});

const text = z.string().min(1);
const receiver = <T extends string, S extends z.ZodRawShape>(type: T, settings: S) =>
  z.strictObject({ uid, type: z.literal(type), settings: z.strictObject(settings) });

export const CONTACT_POINTS = z.strictObject({
  ...version,
  contactPoints: z.array(
    z.strictObject({
      ...{ orgId, name: z.string() },
      receivers: z.array(
        z.discriminatedUnion('type', [
          receiver('webhook', {
            ...{ url: fromEnvironment, httpMethod: z.literal('POST'), authorization_scheme: z.literal('Bearer') },
            authorization_credentials: fromEnvironment,
            // A string, says Grafana's type.
            maxAlerts: z.string().regex(/^\d+$/),
            ...{ title: text, message: text },
          }),
          receiver('slack', { url: fromEnvironment, title: text, text }),
          receiver('email', { addresses: fromEnvironment, singleEmail: z.boolean(), subject: text, message: text }),
          receiver('pagerduty', {
            ...{ integrationKey: fromEnvironment, severity: text, class: text, component: text, group: text },
            ...{ summary: text, source: text, client: text, client_url: text },
          }),
          receiver('sns', {
            // Settings that look like a number after `$NAME` was put in become one, and +49… looks like one.
            phone_number: z.literal('{{ "$SEISMO_SMS_NUMBER" }}'),
            sigv4: z.strictObject({
              region: fromEnvironment,
              access_key: fromEnvironment,
              secret_key: fromEnvironment,
            }),
            ...{ subject: text, message: text },
          }),
        ]),
      ),
    }),
  ),
});
