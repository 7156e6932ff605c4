/** docker-compose.yml and the Dockerfiles, as far as they can be checked without running a container. */
import { composeSchema } from './compose-schema.ts';
import { go, NO_GO } from '../../../otel-processor/test/needs.ts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FILES, folder, repository } from './provisioning-files.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const source = readFileSync(join(repository, 'docker-compose.yml'), 'utf8');
const compose = parse(source) as Compose;
const services = Object.entries(compose.services);
const DOCKERFILES = ['otel-processor/Dockerfile', 'scoring-backend/Dockerfile', 'grafana-plugin/Dockerfile'];
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

describe('docker-compose.yml', () => {
  it('fits the schema of the Compose Specification, which sees mistakes', (context) => {
    context.skip(go === undefined, NO_GO);
    const schema = JSON.parse(readFileSync(composeSchema(), 'utf8'));
    const validate = new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    validate(compose);
    expect(validate.errors).toBeNull();
    expect(validate({ ...compose, services: { grafana: { image: 'x', port: ['3000'] } } })).toBe(false);
  });

  it('has the whole line', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(
      ['collector', 'grafana', 'loki', 'postgres', 'processor', 'seismo'].toSorted(),
    );
    expect(compose.services.postgres.profiles).toEqual(['postgres']);
  });

  it('names only files, volumes, configs and services that are there', () => {
    for (const [name, { build, volumes = [], configs = [], depends_on = {} }] of services) {
      if (build !== undefined) expect(existsSync(join(repository, build.context, build.dockerfile)), name).toBe(true);
      for (const [from] of volumes.map((volume) => volume.split(':')))
        if (from.startsWith('.')) expect(existsSync(join(repository, from)), from).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(from);
      for (const config of configs) expect(Object.keys(compose.configs)).toContain(config.source);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const { healthcheck, build: built } = compose.services[other];
        const checked = healthcheck !== undefined || /^HEALTHCHECK /m.test(read(built?.dockerfile ?? 'package.json'));
        expect([condition, checked]).toEqual(['service_healthy', true]);
      }
    }
  });

  it('opens nothing to the network', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('pins every image to a version', () => {
    for (const [name, { image }] of services) expect(image, name).toMatch(/:\d+(\.\d+)*(-\w+)?$/);
    // The Collector that the tests run.
    const collector = /^ {2}version: (.+)$/m.exec(read('provisioning/collector/builder-config.yaml'))?.[1];
    expect(compose.services.collector.image).toBe(`otel/opentelemetry-collector-contrib:${collector}`);
  });

  it('starts without any variable set, and gives Grafana all that its provisioning asks for', () => {
    for (const [use] of source.matchAll(/\$\{[^}]*\}/g)) expect(use).toMatch(/^\$\{[A-Z_]+:-[^}]*\}$/);
    const asked = FILES.flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/\$(SEISMO_[A-Z_]+)/g),
    ]);
    expect(asked.length).toBeGreaterThan(5);
    const given = Object.keys(compose.services.grafana.environment ?? {});
    for (const [, name] of asked) expect(given).toContain(name);
  });

  it('sends e-mails from an address that Grafana takes: with another one and SMTP on it does not start', () => {
    const from = String(compose.services.grafana.environment?.GF_SMTP_FROM_ADDRESS);
    expect(from).toMatch(/:-[\w-]+@[\w-]+\.[\w.-]+\}$/);
  });

  it('fills the places of the Collector file that would otherwise stay on loopback', () => {
    const inline = read('provisioning/collector/inline.yaml');
    const places = [...inline.matchAll(/\$\{env:(\w+):-[^}]*127\.0\.0\.1/g)].map(([, name]) => name);
    expect(places.length).toBeGreaterThan(3);
    const given = Object.keys(compose.services.collector.environment ?? {});
    for (const name of places) expect(given).toContain(name);
  });

  it('lays exporters over the pipeline that inline.yaml has', () => {
    const over = parse(compose.configs['collector-to-loki'].content) as {
      exporters: Record<string, unknown>;
      service: { pipelines: Record<string, { exporters: string[] }> };
    };
    const base = parse(read('provisioning/collector/inline.yaml')) as typeof over;
    for (const [pipeline, { exporters }] of Object.entries(over.service.pipelines)) {
      expect(Object.keys(base.service.pipelines)).toContain(pipeline);
      for (const exporter of exporters) expect(Object.keys(over.exporters)).toContain(exporter);
    }
  });
});

describe.each(DOCKERFILES)('%s', (file) => {
  const text = read(file);
  const stages = text.split(/^FROM /m).slice(1);
  const last = stages[stages.length - 1];

  it('ends in an image with glibc that runs as nobody special and tells its health', () => {
    expect(last).toMatch(/^\S+-(bookworm-slim|ubuntu)\n/);
    expect(last).toMatch(/^USER (node|472)$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).not.toMatch(/npm |apt-get/);
  });

  it('copies only what is there', () => {
    const lines = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].map(([, paths]) => paths.split(' ').slice(0, -1));
    expect(lines.length).toBeGreaterThan(2);
    for (const path of lines.flat()) expect(existsSync(join(repository, path)), path).toBe(true);
  });

  it('pins its base images', () => {
    for (const stage of stages) expect(stage).toMatch(/^[\w./-]+:\d+\.\d+\.\d+-\w+/);
  });
});

describe('the image of Grafana', () => {
  const text = read('grafana-plugin/Dockerfile');

  it('may load exactly the plugins of the suite unsigned', () => {
    const ids = ['.', 'datasource', 'panel'].map(
      (path) => (JSON.parse(read(join('grafana-plugin/src', path, 'plugin.json'))) as { id: string }).id,
    );
    expect(/ALLOW_LOADING_UNSIGNED_PLUGINS=(\S+)/.exec(text)?.[1].split(',')).toEqual(ids);
  });

  it('builds the backend with the Go that go.mod asks for, or a newer one', () => {
    const asked = /^go (\S+)$/m.exec(read('grafana-plugin/go.mod'))?.[1] ?? '';
    const used = /^FROM golang:([\d.]+)/m.exec(text)?.[1] ?? '';
    expect(used.localeCompare(asked, 'en', { numeric: true })).toBeGreaterThanOrEqual(0);
  });
});

describe('provisioning/prometheus/prometheus.yml', () => {
  it('scrapes services of docker-compose.yml at ports that their images open', () => {
    const { scrape_configs } = parse(read('provisioning/prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    const targets = scrape_configs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    expect(targets).toHaveLength(2);
    for (const [name, port] of targets.map((target) => target.split(':'))) {
      const exposed = /^EXPOSE (.+)$/m.exec(read(compose.services[name].build?.dockerfile ?? ''))?.[1].split(' ');
      expect(exposed).toContain(port);
    }
  });
});
