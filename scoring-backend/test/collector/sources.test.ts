/** The examples for sources in provisioning/collector/sources, together with inline.yaml that they add to. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { go, NO_GO } from '../../../otel-processor/test/needs.ts';
import { buildCollector } from './collector.ts';

const folder = resolve(import.meta.dirname, '../../../provisioning/collector');
const BUILD_MS = 900_000;

/** The settings of receivers, processors and extensions that Collector contrib has and our build has not; from their docs. */
const RETRY = ['retry_on_failure', 'storage', 'operators', 'start_at'];
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  journald: [...RETRY, 'directory', 'files', 'units', 'identifiers', 'matches', 'priority', 'grep', 'dmesg', 'all'],
  windows_event_log: [...RETRY, 'channel', 'max_reads', 'poll_interval', 'raw', 'exclude_providers'],
  k8s_objects: ['auth_type', 'objects'],
  k8s_attributes: ['auth_type', 'extract', 'passthrough', 'filter', 'pod_association'],
  aws_cloudwatch: ['region', 'profile', 'imds_endpoint', 'logs', 'storage'],
  googlecloudpubsub: ['project', 'subscription', 'encoding', 'compression', 'endpoint', 'flow_control'],
  googlecloudlogentry_encoding: ['handle_json_payload_as', 'handle_proto_payload_as'],
  azure_event_hub: [
    'connection',
    'auth',
    'group',
    'format',
    'storage',
    'apply_semantic_conventions',
    'max_poll_events',
  ],
};

type Components = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

interface CollectorConfig {
  readonly extensions?: Components;
  readonly receivers?: Components;
  readonly processors?: Components;
  readonly exporters?: Components;
  readonly service: {
    readonly extensions?: readonly string[];
    readonly pipelines: Readonly<
      Record<string, Readonly<Record<'receivers' | 'processors' | 'exporters', readonly string[]>>>
    >;
  };
}

const read = (name: string): CollectorConfig => parse(readFileSync(join(folder, name), 'utf8')) as CollectorConfig;
const typeOf = (id: string): string => id.split('/')[0];

function own(config: CollectorConfig): [string, readonly string[]][] {
  return [config.extensions, config.receivers, config.processors, config.exporters].flatMap((components) =>
    Object.entries(components ?? {}).map(([id, settings]): [string, string[]] => [id, Object.keys(settings ?? {})]),
  );
}

describe('the example for', () => {
  const base = read('inline.yaml');
  const files = readdirSync(join(folder, 'sources')).filter((name) => name.endsWith('.yaml'));

  for (const name of files) {
    const source = read(`sources/${name}`);
    const isElsewhere = own(source).some(([id]) => typeOf(id) in ELSEWHERE);

    it(`${name} names components that there are, and ends at the processor`, () => {
      for (const [signal, pipeline] of Object.entries(source.service.pipelines)) {
        expect(base.service.pipelines).not.toHaveProperty([signal]);
        expect(pipeline.exporters).toEqual(['otlp_http/seismo']);
        expect(pipeline.processors[0]).toBe('memory_limiter');
        for (const kind of ['receivers', 'processors', 'exporters'] as const)
          for (const id of pipeline[kind]) expect({ ...base[kind], ...source[kind] }).toHaveProperty([id]);
      }
      for (const id of source.service.extensions ?? [])
        expect({ ...base.extensions, ...source.extensions }).toHaveProperty([id]);
      for (const [id, settings] of own(source))
        if (isElsewhere) expect(ELSEWHERE[typeOf(id)], id).toEqual(expect.arrayContaining([...settings]));
    });

    if (!isElsewhere)
      it(`${name} is accepted by the Collector`, { timeout: BUILD_MS }, (context) => {
        context.skip(go === undefined, NO_GO);
        const configs = ['inline.yaml', `sources/${name}`].flatMap((file) => ['--config', join(folder, file)]);
        const env = { ...process.env, SEISMO_STORAGE: folder };
        execFileSync(buildCollector(), ['validate', ...configs], { env, stdio: 'pipe' });
      });
  }

  it('a source stands in the table of the README, checked as it says', () => {
    const readme = readFileSync(join(folder, 'sources/README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\| `([^`]+)` +\|.*\| (\S+)/gm)].map(([, name, check]) => [name, check]);
    const expected = files.map((name) => {
      const isElsewhere = own(read(`sources/${name}`)).some(([id]) => typeOf(id) in ELSEWHERE);
      return [name, isElsewhere ? 'names' : '`validate`'];
    });
    expect(rows.sort()).toEqual(expected.sort());
  });
});
