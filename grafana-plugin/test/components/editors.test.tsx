import { useState } from 'react';
import { CoreApp, type DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { ConfigEditor, urlProblem } from '../../src/datasource/config-editor.tsx';
import { QueryEditor } from '../../src/datasource/query-editor.tsx';
import type { SeismoQuery, SeismoSecrets, SeismoSettings } from '../../src/datasource/query.ts';
import { network, seismo } from '../network-edge.ts';

type Settings = DataSourceSettings<SeismoSettings, SeismoSecrets>;

function queryEditor(first: SeismoQuery, app = CoreApp.Explore) {
  const ran: SeismoQuery[] = [];
  function Held() {
    const [query, setQuery] = useState(first);
    const change = (next: SeismoQuery) => {
      setQuery(next);
      ran.push(next);
    };
    return <QueryEditor datasource={seismo()} query={query} onChange={change} onRunQuery={() => undefined} app={app} />;
  }
  render(<Held />);
  return ran;
}

describe('the query editor', () => {
  it('changes what is shown and runs it', async () => {
    const ran = queryEditor({ refId: 'A', queryType: 'scores', field: 'score' });
    await userEvent.click(screen.getByRole('radio', { name: 'Anomalies' }));
    expect(ran).toEqual([{ refId: 'A', queryType: 'anomalies', field: 'score' }]);
  });

  it('offers only numbers over time to alert rules', () => {
    queryEditor({ refId: 'A' }, CoreApp.UnifiedAlerting);
    expect(screen.getByRole('radio', { name: 'Scores' })).toBeInTheDocument();
    expect(screen.queryByRole('radio', { name: 'Logs' })).toBeNull();
  });

  it('leaves the window size to the backend when it is set to Auto', async () => {
    const ran = queryEditor({ refId: 'A', sizeMs: 60_000 });
    await userEvent.click(screen.getByRole('radio', { name: 'Auto' }));
    expect(ran).toEqual([{ refId: 'A' }]);
  });

  it('asks for the length of windows where windows are shown', async () => {
    const ran = queryEditor({ refId: 'A', queryType: 'windowTemplates' });
    await userEvent.click(screen.getByRole('radio', { name: '1 min' }));
    expect(ran).toEqual([{ refId: 'A', queryType: 'windowTemplates', sizeMs: 60_000 }]);
    await userEvent.click(screen.getByRole('radio', { name: 'Templates' }));
    expect(screen.queryByRole('radio', { name: '1 min' })).toBeNull();
  });

  it('lists the services of the backend, and the variables', async () => {
    network({ '/api/v1/services': () => ({ json: { services: [{ service: 'cart' }] } }) });
    const ran = queryEditor({ refId: 'A' });
    await userEvent.click(screen.getByLabelText('Services'));
    await userEvent.click(await screen.findByText('cart'));
    expect(ran.at(-1)).toMatchObject({ services: ['cart'] });
    await userEvent.click(screen.getByLabelText('Services'));
    expect(await screen.findByText('$service')).toBeInTheDocument();
  });

  it('says why the services cannot be listed', async () => {
    network({ '/api/v1/services': () => ({ status: 401, json: { error: { message: 'the token is wrong' } } }) });
    queryEditor({ refId: 'A' });
    await userEvent.click(screen.getByLabelText('Services'));
    expect(await screen.findByText('the token is wrong')).toBeInTheDocument();
  });

  it('narrows down to an environment, a namespace and a margin, and widens again', async () => {
    const ran = queryEditor({ refId: 'A', queryType: 'logs' });
    await userEvent.type(screen.getByLabelText('Environment'), 'production{Enter}');
    await userEvent.type(screen.getByLabelText('Namespace'), 'shop');
    await userEvent.type(screen.getByLabelText('Min. margin'), '-0.5');
    await userEvent.tab();
    const narrow = { refId: 'A', queryType: 'logs', environment: 'production', namespace: 'shop', minMargin: -0.5 };
    expect(ran.at(-1)).toEqual(narrow);
    await userEvent.clear(screen.getByLabelText('Environment'));
    await userEvent.tab();
    const { environment: _gone, ...wider } = narrow;
    expect(ran.at(-1)).toEqual(wider);
    expect(seismo().getQueryDisplayText(narrow as SeismoQuery)).toBe(
      'logs of all services in shop, production with margin from -0.5',
    );
  });

  it('asks for no margin where the backend would not look at it', () => {
    queryEditor({ refId: 'A', queryType: 'templates' });
    expect(screen.queryByLabelText('Min. margin')).toBeNull();
    expect(screen.getByLabelText('Contains')).toBeInTheDocument();
  });

  it('takes no limit that the backend would refuse', async () => {
    const ran = queryEditor({ refId: 'A', queryType: 'anomalies' });
    const limit = screen.getByRole('spinbutton', { name: 'Limit' });
    await userEvent.type(limit, '99999');
    await userEvent.tab();
    expect(await screen.findByText('From 1 to 1000')).toBeInTheDocument();
    expect(ran).toEqual([]);
    await userEvent.clear(limit);
    await userEvent.type(screen.getByRole('spinbutton', { name: 'Limit' }), '20{Enter}');
    expect(ran.at(-1)).toEqual({ refId: 'A', queryType: 'anomalies', limit: 20 });
  });
});

function configEditor(change: Partial<Settings> = {}) {
  const saved: { now: Settings } = {
    now: { url: '', jsonData: {}, secureJsonFields: {}, readOnly: false, ...change } as Settings,
  };
  function Held() {
    const [options, setOptions] = useState(saved.now);
    saved.now = options;
    return <ConfigEditor options={options} onOptionsChange={setOptions} />;
  }
  render(<Held />);
  return saved;
}

describe('the config editor', () => {
  it('keeps the token among the secrets', async () => {
    const saved = configEditor();
    await userEvent.type(screen.getByLabelText(/^Token/), 'abc');
    expect(saved.now.secureJsonData).toEqual({ token: 'abc' });
    expect(JSON.stringify(saved.now.jsonData)).not.toContain('abc');
  });

  it('shows no saved secret, and forgets it on reset', async () => {
    const saved = configEditor({ secureJsonFields: { token: true } });
    await userEvent.click(screen.getByRole('button', { name: /reset/i }));
    expect(saved.now.secureJsonFields['token']).toBe(false);
  });

  it('says what is wrong with an address', async () => {
    configEditor();
    await userEvent.type(screen.getByLabelText(/^URL/), 'seismo:7347');
    expect(screen.getByRole('alert')).toHaveTextContent('Expected http:// or https://');
    expect(urlProblem('http://seismo:7347')).toBeUndefined();
  });

  it('cannot be changed when it is provisioned', () => {
    configEditor({ readOnly: true });
    expect(screen.getByLabelText(/^URL/)).toBeDisabled();
  });
});
