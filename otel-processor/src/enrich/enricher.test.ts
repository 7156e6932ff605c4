import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mmdb } from '../../test/mmdb.ts';
import { eventually } from '../../test/neighbours.ts';
import { any, bytesField, contents, keyValue, pairOf, recordsOf, requestOf } from '../../test/wire-oracle.ts';
import { LogsColumns } from '../otlp/columns.ts';
import { decodeLogs } from '../otlp/decode.ts';
import { RequestEdits } from '../otlp/request-edits.ts';
import { Rewriter } from '../otlp/rewrite.ts';
import { createLogger } from '../telemetry.ts';
import { Enricher, type EnricherOptions } from './enricher.ts';
import { IpReputation } from './ip-reputation.ts';

const PARIS = {
  continent: { code: 'EU' },
  country: { iso_code: 'FR' },
  subdivisions: [{ iso_code: 'IDF' }],
  city: { names: { en: 'Paris' } },
  postal: { code: '75001' },
  location: { latitude: 48.85, longitude: 2.35 },
};
const IN_PARIS = [
  ['geo.continent.code', { text: 'EU' }],
  ['geo.country.iso_code', { text: 'FR' }],
  ['geo.region.iso_code', { text: 'FR-IDF' }],
  ['geo.locality.name', { text: 'Paris' }],
  ['geo.postal_code', { text: '75001' }],
  ['geo.location.lat', { double: 48.85 }],
  ['geo.location.lon', { double: 2.35 }],
];
const OPTIONS: EnricherOptions = {
  services: [],
  addressAttributes: ['client.address', 'source.address'],
  addressInBody: true,
  reloadMs: 20,
};

let folder: string;
let enricher: Enricher | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-enrich-'));
});
afterEach(() => {
  enricher?.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function open(options: Partial<EnricherOptions>): (bytes: Uint8Array) => Buffer {
  const opened = (enricher = new Enricher({ ...OPTIONS, ...options }, createLogger('silent')));
  const columns = new LogsColumns();
  const edits = new RequestEdits();
  const rewriter = new Rewriter();
  return (bytes) => {
    decodeLogs(bytes, columns);
    edits.begin(columns.records);
    opened.enrich(bytes, columns, edits);
    return Buffer.from(rewriter.rewrite(bytes, columns, edits, { redacted: true, added: true }));
  };
}

const attribute = (key: string, text: string): Buffer => bytesField(6, keyValue(key, any.text(text)));
const attributesOf = (request: Buffer): unknown[] =>
  recordsOf(request).map((record) => contents(record, 6).map(pairOf));
const resourceOf = (request: Buffer): unknown[] => contents(contents(contents(request, 1)[0], 1)[0], 1).map(pairOf);

describe('the enricher', () => {
  it('places the address of an attribute, else the first public one of the text, and trusts what is there', () => {
    const enrich = open({ geoipFile: file('city.mmdb', mmdb([['203.0.113.0', 24, PARIS]])) });
    const records = [
      attribute('client.address', '203.0.113.7'),
      bytesField(5, any.text('from 10.0.0.1 via 1.203.0.113.9 at 203.0.113.9, again')),
      Buffer.concat([attribute('client.address', '203.0.113.7'), attribute('geo.country.iso_code', 'DE')]),
      attribute('client.address', '198.51.100.1'),
      attribute('client.address', 'nobody'),
    ];
    expect(attributesOf(enrich(requestOf(records)))).toEqual([
      [['client.address', { text: '203.0.113.7' }], ...IN_PARIS],
      IN_PARIS,
      [
        ['client.address', { text: '203.0.113.7' }],
        ['geo.country.iso_code', { text: 'DE' }],
      ],
      [['client.address', { text: '198.51.100.1' }]],
      [['client.address', { text: 'nobody' }]],
    ]);
  });

  it('tells listed addresses, and takes a changed list; a broken one leaves the old in force', async () => {
    const path = file('list.txt', '# feed\n203.0.113.0/24 scanner\n203.0.113.9 tor\n2001:db8::/32, botnet\n');
    const enrich = open({ reputationFile: path });
    const word = (address: string): unknown => attributesOf(enrich(requestOf([attribute('source.address', address)])));
    const listed = (address: string, text: string): unknown => [
      [
        ['source.address', { text: address }],
        ['seismo.ip.reputation', { text }],
      ],
    ];
    expect(word('203.0.113.7')).toEqual(listed('203.0.113.7', 'scanner'));
    expect(word('203.0.113.9')).toEqual(listed('203.0.113.9', 'tor'));
    expect(word('2001:db8::1')).toEqual(listed('2001:db8::1', 'botnet'));
    expect(word('192.0.2.1')).toEqual([[['source.address', { text: '192.0.2.1' }]]]);
    file('list.txt', 'no address\n');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(word('203.0.113.9')).toEqual(listed('203.0.113.9', 'tor'));
    file('list.txt', '203.0.113.9 gone quiet since\n');
    await eventually('the new list', () => JSON.stringify(word('203.0.113.9')).includes('gone'));
  });

  it('gives resources what they lack by the service map, and leaves what they say', () => {
    const enrich = open({
      environment: 'staging',
      services: [
        { attribute: 'k8s.pod.name', match: 'cart-*-*', service: 'cart', namespace: 'shop', owner: 'team-a' },
        { attribute: 'host.name', match: '*.db.example', service: 'db-$1', environment: 'prod' },
      ],
    });
    const resource = (...pairs: readonly (readonly [string, string])[]): unknown[] =>
      resourceOf(
        enrich(
          requestOf(
            [bytesField(5, any.text('x'))],
            pairs.map(([key, text]) => keyValue(key, any.text(text))),
          ),
        ),
      );
    expect(resource(['k8s.pod.name', 'cart-7d9f-x2x4z'], ['service.namespace', 'own'])).toEqual([
      ['k8s.pod.name', { text: 'cart-7d9f-x2x4z' }],
      ['service.namespace', { text: 'own' }],
      ['service.name', { text: 'cart' }],
      ['seismo.service.owner', { text: 'team-a' }],
      ['deployment.environment.name', { text: 'staging' }],
    ]);
    expect(resource(['host.name', 'a.db.example']).slice(1)).toEqual([
      ['service.name', { text: 'db-a' }],
      ['deployment.environment.name', { text: 'prod' }],
    ]);
    expect(resource(['deployment.environment', 'own'])).toHaveLength(1);
    // No Resource at all: one is put in.
    const bare = bytesField(1, bytesField(2, bytesField(2, bytesField(5, any.text('x')))));
    expect(resourceOf(enrich(bare))).toEqual([['deployment.environment.name', { text: 'staging' }]]);
  });

  it('names the service of a record by its file', () => {
    const enrich = open({ services: [{ attribute: 'log.file.name', match: '*-access.log', service: '$1' }] });
    expect(attributesOf(enrich(requestOf([attribute('log.file.name', 'shop-access.log')])))).toEqual([
      [
        ['log.file.name', { text: 'shop-access.log' }],
        ['service.name', { text: 'shop' }],
      ],
    ]);
  });

  it('says which file cannot be used', () => {
    expect(() => open({ geoipFile: '/nowhere.mmdb' })).toThrow('enrich.geoipFile /nowhere.mmdb cannot be used');
    expect(() => open({ reputationFile: file('bad.txt', '203.0.113.0/24\nnonsense\n') })).toThrow(
      'line 2: expected an address',
    );
    expect(() => new IpReputation('::ffff:192.0.2.1 mapped')).not.toThrow();
  });
});
