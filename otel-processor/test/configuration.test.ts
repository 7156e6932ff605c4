/** Settings: where they come from, what is refused, and that the README tells the truth about them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_FIELDS, parseConfig } from '../src/config.ts';
import { configAsYaml, parameterTable } from '../src/config-show.ts';
import { readCommandLine } from '../src/config-sources.ts';
import { metricsTable } from '../src/metrics-table.ts';
import { ProcessorProcess, runProcessor } from './processor-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string): string {
  const file = join(folder, 'processor.yaml');
  writeFileSync(file, text);
  return file;
}

describe('the configuration', () => {
  it('has a default, an expectation and a meaning for every field', () => {
    const whole = parseConfig();
    expect(whole).toMatchObject({
      host: '127.0.0.1',
      otlpHttpPort: 4318,
      otlpGrpcPort: 4317,
      maxRequestBytes: 67_108_864,
    });
    for (const field of CONFIG_FIELDS) {
      expect(field.meaning, field.path.join('.')).not.toBe('');
      expect(field.expected, field.path.join('.')).not.toBe('');
    }
  });

  it.each([
    [{ scoring: { timeoutMs: 0 } }, 'scoring.timeoutMs must be between 1 and 10000, got 0'],
    [{ otlpHttpPort: 70_000 }, 'otlpHttpPort must be between 0 and 65535, got 70000'],
    [{ otlpHttpPort: '4318x' }, 'otlpHttpPort must be a whole number between 0 and 65535, got "4318x"'],
    [{ mode: 'inlin' }, `mode must be 'inline' or 'tap' or 'kafka', got "inlin"`],
    [{ forward: { url: 'next-hop:4318' } }, 'forward.url must be an http:// or https:// URL, got "next-hop:4318"'],
    [{ forwrad: {} }, 'unknown setting "forwrad"; did you mean "forward"?'],
    [{ forward: { timeoutMS: 5 } }, 'unknown setting "forward.timeoutMS"; did you mean "forward.timeoutMs"?'],
    [{ breakerPauseMs: 5 }, 'unknown setting "breakerPauseMs"; did you mean "forward.breakerPauseMs"?'],
    [{ completelyElse: 5 }, 'unknown setting "completelyElse"'],
    [{ maxInFlightBytes: 1024 }, 'maxInFlightBytes must be at least maxRequestBytes (67108864), got 1024'],
    [
      { attributes: { model: 'anomaly.score' } },
      'attributes.score and attributes.model must differ, both are "anomaly.score"',
    ],
    [{ mode: 'kafka' }, 'kafka.brokers must name a broker with mode kafka, got none'],
    [
      { mode: 'kafka', kafka: { brokers: ['b:9092'] }, forward: { url: 'http://a:1' } },
      'forward.url must not be set with mode kafka: what is written to Kafka goes nowhere else',
    ],
    [{ kafka: { brokers: ['b'] } }, 'kafka.brokers must be a list of host:port, got "b"'],
    [{ kafka: { topic: 'a b' } }, "kafka.topic must be of letters, digits, '.', '_' and '-'"],
    [{ kafka: { sasl: { mechanism: 'PLAIN' } } }, 'kafka.sasl.mechanism PLAIN needs kafka.sasl.username'],
    [{ kafka: { tls: { caFile: 'a' } } }, 'kafka.tls has certificates or a name, and kafka.tls.enabled is false'],
    [{ scoring: 5 }, 'scoring must be a map of settings, got 5'],
    [[], 'the configuration must be a map of settings, got []'],
  ])('refuses %j and says: %s', (settings, message) => {
    expect(() => parseConfig(settings)).toThrow(message);
  });

  it('names every problem at once, and never a header value', () => {
    const headers = { authorization: 'Bearer s3cret\n' };
    expect(() => parseConfig({ host: '', mode: 'x', forward: { headers } })).toThrow(
      /host .*\n.*mode .*\n.*forward\.headers/s,
    );
    expect(() => parseConfig({ forward: { headers } })).not.toThrow('s3cret');
  });

  it('takes the file, then the environment, then flags', () => {
    const file = fileWith('host: 127.0.0.2\nforward:\n  url: http://a:1\n  timeoutMs: 5\n  compression: gzip\n');
    const environment = {
      SEISMO_FORWARD_TIMEOUT_MS: '6',
      SEISMO_FORWARD_COMPRESSION: 'zstd',
      SEISMO_OTLP_HTTP_PORT: '5',
    };
    const flags = ['--config', file, '--forward-compression', 'none', '--forward-headers=a=b,c=d=e'];
    expect(parseConfig(readCommandLine(flags, environment, CONFIG_FIELDS).settings)).toMatchObject({
      host: '127.0.0.2',
      otlpHttpPort: 5,
      forward: { url: 'http://a:1', timeoutMs: 6, compression: 'none', headers: { a: 'b', c: 'd=e' } },
    });
  });

  it.each([
    [['--forward-timout-ms', '5'], 'unknown flag --forward-timout-ms; did you mean --forward-timeout-ms?'],
    [['--host'], '--host needs a value'],
    [['--validate=yes'], '--validate takes no value'],
    [['serve'], 'unexpected argument "serve"'],
    [['--config', '/nowhere.yaml'], 'cannot read the configuration file /nowhere.yaml'],
  ])('refuses the flags %j and says: %s', (flags, message) => {
    expect(() => readCommandLine(flags, {}, CONFIG_FIELDS)).toThrow(message);
  });

  it('says what is wrong with a file that is no YAML map', () => {
    expect(() => readCommandLine(['--config', fileWith('a: [')], {}, CONFIG_FIELDS)).toThrow('is not YAML');
    expect(() => readCommandLine(['--config', fileWith('- a')], {}, CONFIG_FIELDS)).toThrow(
      'must hold a map of settings',
    );
  });
});

describe('the command', () => {
  it('prints help with every flag', async () => {
    const { code, stdout } = await runProcessor(['--help']);
    expect(code).toBe(0);
    for (const flag of ['--config', '--validate', '--print-config', '--otlp-http-port', '--scoring-timeout-ms'])
      expect(stdout).toContain(flag);
  });

  it('prints the configuration in force, without secrets, in a form it reads again', async () => {
    const flags = ['--print-config', '--forward-headers', 'authorization=Bearer s3cret', '--mode', 'tap'];
    const { code, stdout } = await runProcessor([...flags, '--forward-url', 'http://user:pa55@next:1/v1/logs']);
    expect(code).toBe(0);
    expect(stdout).not.toContain('s3cret');
    expect(stdout).not.toContain('pa55');
    expect(parseConfig(parse(stdout))).toMatchObject({ mode: 'tap' });
  });

  it('checks a file with --validate: exit 0, or 2 with the reason', async () => {
    expect(await runProcessor(['--validate', '--config', fileWith('mode: tap')])).toMatchObject({ code: 0 });
    const wrong = await runProcessor(['--validate', '--config', fileWith('mode: tip')]);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: `otel-processor: mode must be 'inline' or 'tap' or 'kafka', got "tip"; did you mean "tap"?\n`,
    });
  });

  it('names the port that is taken and the flag that changes it', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runProcessor([
      '--otlp-http-port',
      '0',
      '--otlp-grpc-port',
      String(port),
      '--log-level',
      'silent',
    ]);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(
      `port ${port} on 127.0.0.1 is taken by another program: choose another with --otlp-grpc-port`,
    );
  });

  it('says at start that nothing is forwarded when no next hop is set', async () => {
    const processor = await ProcessorProcess.start([]);
    expect(await processor.stop()).toBe(0);
    expect(processor.log.map(({ event }) => event)).toEqual([
      'processor.started',
      'forward.none',
      'processor.stopping',
    ]);
  });

  it('never logs secrets', async () => {
    const flags = [
      '--forward-headers',
      'authorization=Bearer s3cret',
      '--forward-url',
      'http://user:pa55@127.0.0.1:9/',
    ];
    const processor = await ProcessorProcess.start(flags);
    await processor.stop();
    expect(JSON.stringify(processor.log)).not.toMatch(/s3cret|pa55/);
  });
});

describe('the README', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');

  it('has the parameter table of the schema', () => {
    expect(section('parameters')).toBe(cells(parameterTable()));
  });

  it('has the metrics table of the code', () => {
    expect(section('metrics')).toBe(cells(metricsTable()));
  });

  it('shows all defaults as YAML', () => {
    const shown = /<!-- defaults -->\s*```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(parseConfig(parse(shown))).toEqual(parseConfig());
    expect(parse(shown)).toEqual(parse(configAsYaml(parseConfig())));
  });

  function section(name: string): string {
    return cells(new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(readme)?.[1] ?? '');
  }

  /** The formatter aligns columns with spaces and dashes: they say nothing. */
  function cells(table: string): string {
    return table.trim().replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---');
  }
});
