import { describe, expect, it } from 'vitest';
import { any, bytesField, keyValue } from '../../test/wire-oracle.ts';
import { identityOf, serviceOfFile } from './service.ts';

function identity(attributes: Record<string, string>): object {
  const bytes = Buffer.concat(
    Object.entries(attributes).map(([key, value]) => bytesField(1, keyValue(key, any.text(value)))),
  );
  return identityOf(bytes, 0, bytes.length);
}

describe('identityOf', () => {
  it('takes service name, namespace and environment', () => {
    const full = {
      'service.name': 'cart',
      'service.namespace': 'shop',
      'deployment.environment.name': 'prod',
      'host.name': 'h',
    };
    expect(identity(full)).toEqual({
      service: 'cart',
      namespace: 'shop',
      environment: 'prod',
      perFile: false,
      version: '',
    });
    expect(identity({ 'service.name': 'cart', 'deployment.environment': 'dev', 'k8s.namespace.name': 'ns' })).toEqual({
      service: 'cart',
      namespace: 'ns',
      environment: 'dev',
      perFile: false,
      version: '',
    });
  });

  const order: readonly (readonly [Record<string, string>, string])[] = [
    [{ 'k8s.pod.name': 'cart-7d9f8b6c5d-x2x4z', 'k8s.container.name': 'main', 'k8s.deployment.name': 'cart' }, 'cart'],
    [{ 'k8s.statefulset.name': 'db', 'k8s.container.name': 'postgres' }, 'db'],
    [{ 'k8s.daemonset.name': 'agent', 'k8s.pod.name': 'agent-x' }, 'agent'],
    [{ 'k8s.container.name': 'main', 'k8s.pod.name': 'cart-7d9f8b6c5d-x2x4z' }, 'main'],
    [{ 'k8s.pod.name': 'cart-7d9f8b6c5d-x2x4z', 'host.name': 'h' }, 'cart'],
    [{ 'k8s.pod.name': 'db-0' }, 'db'],
    [{ 'service.name': 'unknown_service:node', 'k8s.container.name': 'main' }, 'main'],
    [{ 'service.name': '', 'host.name': 'h' }, 'h'],
    [{ 'log.file.path': '/var/log/nginx/access.log.1', 'host.name': 'h' }, 'access.log'],
    [{ 'service.name': 'unknown_service:node' }, 'unknown_service:node'],
    [{}, 'unknown_service'],
  ];
  for (const [attributes, service] of order)
    it(`names ${service} from ${JSON.stringify(attributes)}`, () =>
      expect(identity(attributes)).toMatchObject({ service }));

  it('leaves the choice to the file name of a record only when nothing names the service', () => {
    expect(identity({ 'host.name': 'h' })).toMatchObject({ perFile: true, version: '' });
    expect(identity({ 'k8s.container.name': 'c' })).toMatchObject({ perFile: false, version: '' });
    expect(identityOf(Buffer.alloc(0), -1, -1)).toEqual({
      service: 'unknown_service',
      namespace: '',
      environment: '',
      perFile: true,
      version: '',
    });
  });

  it('does not take numbers or lists for names', () => {
    const bytes = bytesField(1, keyValue('service.name', any.int(5n)));
    expect(identityOf(bytes, 0, bytes.length).service).toBe('unknown_service');
  });
});

describe('serviceOfFile', () => {
  const names: Record<string, string> = {
    '/var/log/nginx/access.log': 'access.log',
    'C:\\logs\\app.log': 'app.log',
    'app.log.1': 'app.log',
    'app.log.2.gz': 'app.log',
    'app.log-20251121': 'app.log',
    'app.log-20251121.gz': 'app.log',
    'app.log.2025-11-21': 'app.log',
    'app.log.2025-11-21T10': 'app.log',
    'app-2025-11-21.log': 'app.log',
    'app.log.old': 'app.log',
    messages: 'messages',
    'light-oauth2-oauth2-token-1.log': 'light-oauth2-oauth2-token-1.log',
    '1.gz': '1',
    '/': 'unknown_service',
  };
  for (const [path, service] of Object.entries(names))
    it(`calls ${path} ${service}`, () => expect(serviceOfFile(path)).toBe(service));

  it('is quick for names made to be slow', () => {
    const start = process.cpuUsage();
    serviceOfFile('.1'.repeat(50_000) + 'x');
    serviceOfFile('-2025-11-21'.repeat(2_000));
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
  });
});
