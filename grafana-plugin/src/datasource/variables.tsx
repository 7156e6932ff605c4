/** Dashboard variables: services, or templates of a service. */
import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type QueryEditorProps,
  type TimeRange,
} from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { Field, Input, RadioButtonGroup } from '@grafana/ui';
import { getTemplateSrv } from '@grafana/runtime';
import { from, map, type Observable } from 'rxjs';
import type { SeismoQuery, SeismoSettings } from './query.ts';

export interface VariableQuery extends DataQuery {
  kind?: 'services' | 'templates';
  /** Templates of this service only; may be a variable. */
  service?: string;
}

/** Where the values come from: the datasource. */
export interface NameSource {
  fetchServices(range?: TimeRange): Promise<readonly { readonly service: string }[]>;
  fetchTemplates(service: string | undefined, range?: TimeRange): Promise<readonly { readonly text: string }[]>;
}

type Datasource = DataSourceApi<SeismoQuery, SeismoSettings>;

export class SeismoVariables extends CustomVariableSupport<Datasource, VariableQuery> {
  private readonly names: NameSource;

  constructor(names: NameSource) {
    super();
    this.names = names;
  }

  override editor = VariableEditor;

  override query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const { kind, service } = request.targets[0] ?? {};
    const names = kind === 'templates' ? this.templates(service, request) : this.services(request);
    return from(names).pipe(map((data) => ({ data })));
  }

  private async services({ range }: DataQueryRequest<VariableQuery>) {
    const services = await this.names.fetchServices(range);
    const names = [...new Set(services.map(({ service }) => service))].sort();
    return names.map((name) => ({ text: name, value: name }));
  }

  private async templates(service: string | undefined, { range, scopedVars }: DataQueryRequest<VariableQuery>) {
    const name = service ? getTemplateSrv().replace(service, scopedVars) : undefined;
    const templates = await this.names.fetchTemplates(name, range);
    // The text is what people choose by, and what `search` finds.
    return templates.map(({ text }) => ({ text, value: text }));
  }
}

type EditorProps = QueryEditorProps<Datasource, SeismoQuery, SeismoSettings, VariableQuery>;

export function VariableEditor({ query, onChange }: EditorProps) {
  const kind = query.kind ?? 'services';
  return (
    <>
      <Field label="Values">
        <RadioButtonGroup
          options={[
            { label: 'Services', value: 'services' as const },
            { label: 'Templates', value: 'templates' as const },
          ]}
          value={kind}
          onChange={(next) => onChange({ ...query, kind: next })}
        />
      </Field>
      {kind === 'templates' ? (
        <Field label="Service" description="Empty for the templates of all services; may be a variable like $service">
          <Input
            id="seismo-variable-service"
            defaultValue={query.service ?? ''}
            placeholder="$service"
            onBlur={(event) => onChange({ ...query, kind, service: event.currentTarget.value.trim() })}
          />
        </Field>
      ) : null}
    </>
  );
}
