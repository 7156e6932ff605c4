/** Which of the Seismo datasources the page shows. */
import { useEffect, useState } from 'react';
import { getDataSourceSrv } from '@grafana/runtime';
import type { SeismoDatasource } from '../datasource/datasource.ts';

const DATASOURCE_TYPE = 'seismo-loganomaly-datasource';

export interface DatasourceChoice {
  readonly names: readonly { readonly uid: string; readonly name: string }[];
  readonly datasource: SeismoDatasource | undefined;
  readonly problem: string | undefined;
}

export function useDatasource(wanted: string): DatasourceChoice {
  const [state, setState] = useState<{ datasource?: SeismoDatasource; problem?: string }>({});
  const [names] = useState(() =>
    getDataSourceSrv()
      .getList({ pluginId: DATASOURCE_TYPE })
      .map(({ uid, name }) => ({ uid, name })),
  );
  const uid = names.find((candidate) => candidate.uid === wanted)?.uid ?? names[0]?.uid;
  useEffect(() => {
    if (uid === undefined) return;
    let current = true;
    getDataSourceSrv()
      .get(uid)
      .then(
        (found) => {
          if (current) setState({ datasource: found as unknown as SeismoDatasource });
        },
        (error: unknown) => {
          if (current) setState({ problem: error instanceof Error ? error.message : String(error) });
        },
      );
    return () => {
      current = false;
    };
  }, [uid]);
  return { names, datasource: state.datasource, problem: state.problem };
}
