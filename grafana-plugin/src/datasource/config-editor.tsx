/** Settings of the datasource: where the backend is and how to be let in. */
import type { ChangeEvent } from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Field, FieldSet, Input, SecretInput, SecretTextArea, Switch } from '@grafana/ui';
import type { SeismoSecrets, SeismoSettings } from './query.ts';

type Props = DataSourcePluginOptionsEditorProps<SeismoSettings, SeismoSecrets>;
type Editor = Props & { readonly disabled: boolean };

export function ConfigEditor(props: Props) {
  const { options } = props;
  const disabled = options.readOnly ?? false;
  return (
    <>
      <ConnectionFields {...props} disabled={disabled} />
      <AccessFields {...props} disabled={disabled} />
      <TlsFields {...props} disabled={disabled} />
    </>
  );
}

function ConnectionFields({ options, onOptionsChange, disabled }: Editor) {
  const problem = urlProblem(options.url);
  const { timeout } = options.jsonData;
  return (
    <FieldSet label="Connection">
      <Field
        label="URL"
        description="Address of the Seismo scoring backend, as Grafana's server reaches it"
        required
        invalid={problem !== undefined}
        error={problem}
      >
        <Input
          id="seismo-url"
          width={50}
          disabled={disabled}
          placeholder="http://seismo:7347"
          value={options.url}
          onChange={({ currentTarget: { value } }) => onOptionsChange({ ...options, url: value })}
        />
      </Field>
      <Field label="Timeout" description="Seconds to wait for an answer; 30 when empty">
        <Input
          id="seismo-timeout"
          type="number"
          width={16}
          min={1}
          disabled={disabled}
          placeholder="30"
          value={timeout ?? ''}
          onChange={({ currentTarget: { value } }) => {
            const { timeout: _old, ...rest } = options.jsonData;
            const seconds = Math.round(Number(value));
            onOptionsChange({ ...options, jsonData: seconds >= 1 ? { ...rest, timeout: seconds } : rest });
          }}
        />
      </Field>
    </FieldSet>
  );
}

function AccessFields({ options, onOptionsChange, disabled }: Editor) {
  const { tenant } = options.jsonData;
  return (
    <FieldSet label="Access">
      <Field label="Token" description="Sent as a bearer token; empty when the backend asks for none">
        <SecretInput
          id="seismo-token"
          width={50}
          disabled={disabled}
          isConfigured={options.secureJsonFields['token'] ?? false}
          value={options.secureJsonData?.token ?? ''}
          onReset={() => onOptionsChange(withoutSecret(options, 'token'))}
          onChange={({ currentTarget: { value } }) => onOptionsChange(withSecret(options, 'token', value))}
        />
      </Field>
      <Field label="Tenant" description="Sent as X-Scope-OrgID; empty for the default tenant">
        <Input
          id="seismo-tenant"
          width={50}
          disabled={disabled}
          value={tenant ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onOptionsChange({ ...options, jsonData: { ...options.jsonData, tenant: value.trim() } })
          }
        />
      </Field>
    </FieldSet>
  );
}

function TlsFields({ options, onOptionsChange, disabled }: Editor) {
  const { tlsAuthWithCACert = false, tlsSkipVerify = false, serverName } = options.jsonData;
  const set = (change: Partial<SeismoSettings>) =>
    onOptionsChange({ ...options, jsonData: { ...options.jsonData, ...change } });
  const flag = (name: 'tlsAuthWithCACert' | 'tlsSkipVerify') => (event: ChangeEvent<HTMLInputElement>) =>
    set({ [name]: event.currentTarget.checked });
  return (
    <FieldSet label="TLS">
      <Field
        label="Own certificate authority"
        description="Trust the certificate below, for backends with a private one"
      >
        <Switch id="seismo-ca" disabled={disabled} value={tlsAuthWithCACert} onChange={flag('tlsAuthWithCACert')} />
      </Field>
      {tlsAuthWithCACert ? (
        <>
          <Field label="CA certificate" description="PEM">
            <SecretTextArea
              id="seismo-ca-pem"
              cols={60}
              rows={6}
              disabled={disabled}
              placeholder="-----BEGIN CERTIFICATE-----"
              isConfigured={options.secureJsonFields['tlsCACert'] ?? false}
              value={options.secureJsonData?.tlsCACert ?? ''}
              onReset={() => onOptionsChange(withoutSecret(options, 'tlsCACert'))}
              onChange={({ currentTarget: { value } }) => onOptionsChange(withSecret(options, 'tlsCACert', value))}
            />
          </Field>
          <Field label="Server name" description="Name in the certificate, when it is not that of the URL">
            <Input
              id="seismo-server-name"
              width={50}
              disabled={disabled}
              value={serverName ?? ''}
              onChange={({ currentTarget: { value } }) => set({ serverName: value.trim() })}
            />
          </Field>
        </>
      ) : null}
      <Field label="Skip verification" description="Take any certificate. Only for trying things out">
        <Switch id="seismo-skip-verify" disabled={disabled} value={tlsSkipVerify} onChange={flag('tlsSkipVerify')} />
      </Field>
    </FieldSet>
  );
}

/** What is wrong with a URL, or undefined. An empty one is not yet wrong: somebody is about to type. */
export function urlProblem(url: string): string | undefined {
  if (url === '') return undefined;
  try {
    const { protocol } = new URL(url);
    return protocol === 'http:' || protocol === 'https:'
      ? undefined
      : `Expected http:// or https://, got ${protocol}//`;
  } catch {
    return `Expected an address like http://seismo:7347, got ${url}`;
  }
}

type Options = Props['options'];

function withSecret(options: Options, name: keyof SeismoSecrets, value: string): Options {
  return { ...options, secureJsonData: { ...options.secureJsonData, [name]: value } };
}

function withoutSecret(options: Options, name: keyof SeismoSecrets): Options {
  return {
    ...options,
    secureJsonFields: { ...options.secureJsonFields, [name]: false },
    secureJsonData: { ...options.secureJsonData, [name]: '' },
  };
}
