/** The query editor of panels, Explore, alert rules and annotations. */
import { useEffect, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { CoreApp, type GrafanaTheme2, type QueryEditorProps, type SelectableValue } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { InlineField, MultiSelect, RadioButtonGroup, Select, useStyles2 } from '@grafana/ui';
import type { WindowField } from '@seismo/scoring-backend/api';
import { LABEL_WIDTH } from './committed-field.tsx';
import type { SeismoDatasource } from './datasource.ts';
import { FilterFields } from './filter-fields.tsx';
import {
  FIELDS,
  OF_WINDOWS,
  QUERY_TYPES,
  SIZES,
  type SeismoQuery,
  type SeismoSettings,
  type WindowSize,
} from './query.ts';
import { failureWords } from './failure-words.ts';

type Props = QueryEditorProps<SeismoDatasource, SeismoQuery, SeismoSettings>;

export function QueryEditor({ query, datasource, onChange, onRunQuery, app, range }: Props) {
  const styles = useStyles2(getStyles);
  const { queryType = 'scores', field = 'score' } = query;
  const { options, loading, problem, load } = useServiceOptions(datasource, range, app);
  const run = (next: SeismoQuery) => {
    onChange(next);
    onRunQuery();
  };
  // Alert rules need numbers over time; tables and lines cannot be compared with a threshold.
  const types = app === CoreApp.UnifiedAlerting ? QUERY_TYPES.filter(({ value }) => value === 'scores') : QUERY_TYPES;
  return (
    <div className={styles.form}>
      <InlineField label="Show" labelWidth={LABEL_WIDTH}>
        <RadioButtonGroup
          aria-label="What to show"
          options={[...types]}
          value={queryType}
          onChange={(value) => run({ ...query, queryType: value })}
        />
      </InlineField>
      <InlineField
        label="Services"
        labelWidth={LABEL_WIDTH}
        tooltip="None for all services. A variable like $service may be typed in"
        error={problem}
        invalid={problem !== undefined}
      >
        <MultiSelect
          inputId={`seismo-services-${query.refId}`}
          aria-label="Services"
          width={50}
          allowCustomValue
          isLoading={loading}
          placeholder="All services"
          options={options}
          value={query.services ?? []}
          onOpenMenu={load}
          onChange={(chosen) => run({ ...query, services: chosen.flatMap(({ value }) => (value ? [value] : [])) })}
        />
      </InlineField>
      {queryType === 'scores' ? <NumberField query={query} field={field} run={run} /> : null}
      {OF_WINDOWS.includes(queryType) ? <WindowSizeField query={query} run={run} /> : null}
      <FilterFields query={query} queryType={queryType} run={run} />
    </div>
  );
}

function NumberField({ query, field, run }: { query: SeismoQuery; field: WindowField; run: (q: SeismoQuery) => void }) {
  return (
    <InlineField label="Number" labelWidth={LABEL_WIDTH}>
      <Select
        inputId={`seismo-field-${query.refId}`}
        aria-label="Number"
        width={24}
        options={[...FIELDS]}
        value={field}
        onChange={({ value = 'score' }) => run({ ...query, field: value })}
      />
    </InlineField>
  );
}

function WindowSizeField({ query, run }: { query: SeismoQuery; run: (q: SeismoQuery) => void }) {
  const auto = query.queryType === undefined || query.queryType === 'scores' ? 'the smallest that fits' : '5 min';
  return (
    <InlineField label="Window" labelWidth={LABEL_WIDTH} tooltip={`Length of a window. Auto takes ${auto}`}>
      <RadioButtonGroup
        aria-label="Window"
        options={[...SIZES]}
        value={query.sizeMs ?? 0}
        onChange={(value) => {
          const { sizeMs: _old, ...rest } = query;
          run(value === 0 ? rest : { ...rest, sizeMs: value as WindowSize });
        }}
      />
    </InlineField>
  );
}

/** Names of services, fetched when the list is first opened. */
function useServiceOptions(datasource: SeismoDatasource, range: Props['range'], app: Props['app']) {
  const [names, setNames] = useState<readonly string[]>([]);
  const [state, setState] = useState<{ loading: boolean; problem?: string; asked: boolean }>({
    loading: false,
    asked: false,
  });
  useEffect(() => {
    if (!state.asked) return;
    let current = true;
    datasource.fetchServices(range).then(
      (services) => {
        if (!current) return;
        setNames([...new Set(services.map(({ service }) => service))].sort());
        setState({ loading: false, asked: true });
      },
      (error: unknown) => {
        if (current) setState({ loading: false, asked: true, problem: failureWords(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [state.asked, datasource, range]);
  const options = useMemo<SelectableValue<string>[]>(() => {
    const names_ = names.filter((name) => name !== '').map((name) => ({ label: name, value: name }));
    // Alert rules are evaluated without a dashboard: there are no variables.
    if (app === CoreApp.UnifiedAlerting) return names_;
    const variables = getTemplateSrv().getVariables();
    return [...variables.map(({ name }) => ({ label: `$${name}`, value: `$${name}` })), ...names_];
  }, [names, app]);
  return {
    options,
    ...state,
    load: () => setState((now) => (now.asked ? now : { loading: true, asked: true })),
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 0.5) }),
});
