/** The config editor of the datasource, and "Save & test". */
import { useState } from 'react';
import type { DataSourceSettings } from '@grafana/data';
import { Alert, Button, LoadingPlaceholder } from '@grafana/ui';
import type { SeismoSecrets, SeismoSettings } from '../src/datasource/query.ts';
import { connection, seismoDatasource, UID } from './data-sources.ts';
import { DATASOURCE_ID, importPlugin } from './plugin-loader.ts';
import { WorkbenchPage } from './plugin-page.tsx';
import { useLoaded } from './use-loaded.ts';

type Settings = DataSourceSettings<SeismoSettings, SeismoSecrets>;

export function SettingsView() {
  const plugin = useLoaded(() => importPlugin(DATASOURCE_ID));
  const [settings, setSettings] = useState<Settings>(initialSettings);
  const [outcome, setOutcome] = useState<{ severity: 'success' | 'error'; text: string }>();
  const Editor = plugin?.components.ConfigEditor as unknown as
    React.ComponentType<{ options: Settings; onOptionsChange: (next: Settings) => void }> | undefined;
  if (!Editor) return <LoadingPlaceholder text="Loading the plugin" />;
  const test = async () => {
    connection.url = settings.url === location.origin ? '' : settings.url.replace(/\/$/, '');
    setOutcome(undefined);
    try {
      const { message } = (await (await seismoDatasource()).testDatasource()) as { message: string };
      setOutcome({ severity: 'success', text: message });
    } catch (error) {
      // Grafana rejects with an object that has the words of the health check.
      setOutcome({ severity: 'error', text: (error as { message?: string }).message ?? String(error) });
    }
  };
  return (
    <WorkbenchPage pageNav={{ text: 'Datasource' }}>
      <Editor options={settings} onOptionsChange={setSettings} />
      <Button onClick={test}>Test</Button>
      {outcome ? <Alert severity={outcome.severity} title={outcome.text} style={{ marginTop: 16 }} /> : null}
    </WorkbenchPage>
  );
}

function initialSettings(): Settings {
  return {
    id: 1,
    uid: UID,
    orgId: 1,
    name: 'Seismo',
    type: DATASOURCE_ID,
    typeName: 'Seismo',
    typeLogoUrl: '',
    access: 'proxy',
    url: connection.url === '' ? location.origin : connection.url,
    user: '',
    database: '',
    basicAuth: false,
    basicAuthUser: '',
    isDefault: true,
    jsonData: {},
    secureJsonFields: {},
    readOnly: false,
    withCredentials: false,
  } as Settings;
}
