/** The fields of the query editor that narrow a query down: streams beside their service, margin, text, rows. */
import { SEARCHED, type QueryType, type SeismoQuery } from './query.ts';
import { CommittedField } from './committed-field.tsx';

interface Props {
  readonly query: SeismoQuery;
  readonly queryType: QueryType;
  readonly run: (next: SeismoQuery) => void;
}

type Narrowing = 'environment' | 'namespace' | 'minMargin' | 'search' | 'limit';

export function FilterFields({ query, queryType, run }: Props) {
  const { refId } = query;
  const set = <K extends Narrowing>(name: K, value: SeismoQuery[K]) => {
    const { [name]: _old, ...rest } = query;
    run((value === undefined ? rest : { ...rest, [name]: value }) as SeismoQuery);
  };
  const orNothing = (text: string) => (text === '' ? undefined : text);
  return (
    <>
      <CommittedField
        id={`seismo-environment-${refId}`}
        label="Environment"
        tooltip="Only streams with this deployment.environment.name. A variable may be typed in"
        width={24}
        placeholder="All"
        value={query.environment}
        onCommit={(text) => set('environment', orNothing(text))}
      />
      <CommittedField
        id={`seismo-namespace-${refId}`}
        label="Namespace"
        tooltip="Only streams with this service.namespace. A variable may be typed in"
        width={24}
        placeholder="All"
        value={query.namespace}
        onCommit={(text) => set('namespace', orNothing(text))}
      />
      {queryType === 'anomalies' || queryType === 'logs' ? (
        <CommittedField
          id={`seismo-margin-${refId}`}
          label="Min. margin"
          tooltip="Only anomalies at least this far over the line of the budget: 1 is ten times as rare as the line"
          width={16}
          placeholder="0"
          number={{ step: 'any' }}
          value={query.minMargin}
          onCommit={(text) => set('minMargin', text === '' ? undefined : Number(text))}
        />
      ) : null}
      {queryType === 'scores' ? null : (
        <>
          {SEARCHED.includes(queryType) ? (
            <CommittedField
              id={`seismo-search-${refId}`}
              label="Contains"
              tooltip="Text that the template or the line contains"
              width={50}
              value={query.search}
              onCommit={(text) => set('search', orNothing(text))}
            />
          ) : null}
          <CommittedField
            id={`seismo-limit-${refId}`}
            label="Limit"
            tooltip="Most rows, 1 to 1000"
            width={16}
            placeholder="500"
            number={{ min: 1, max: 1000 }}
            value={query.limit}
            onCommit={(text) => set('limit', text === '' ? undefined : Number(text))}
          />
        </>
      )}
    </>
  );
}
