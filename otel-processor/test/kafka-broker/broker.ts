/**
 * A real Kafka broker on loopback for tests: one node that is its own controller (KRaft), on ports that were free, its
 * data in a folder of its own. It may be stopped, killed and started again with what it had.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, Consumer, MessagesStreamModes } from '@platformatic/kafka';
import type { Certificate } from '../certificates.ts';
import { kafkaJars } from './jars.ts';

export interface BrokerOptions {
  /** Adds a listener that speaks TLS and wants certificates of this authority. */
  readonly tls?: { readonly ca: Certificate; readonly server: Certificate };
  /** Adds a listener that wants SASL (PLAIN and SCRAM-SHA-256), with this user. */
  readonly user?: { readonly name: string; readonly password: string };
}

/** A message as it lies in a topic. */
export interface Kept {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const START_MS = 60_000;
/** Enough for tests, and quick to start: the second compiler would be at work longer than most tests last. */
const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=ERROR'];

export class KafkaBroker {
  /** `host:port` of each listener. */
  readonly plain: string;
  readonly tls: string;
  readonly sasl: string;
  readonly #folder: string;
  readonly #properties: string;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(ports: readonly number[], options: BrokerOptions) {
    const [plain, controller, tls, sasl] = ports.map((port) => `127.0.0.1:${port}`);
    this.plain = plain;
    this.tls = tls;
    this.sasl = sasl;
    this.#folder = mkdtempSync(join(tmpdir(), 'seismo-kafka-'));
    this.#properties = join(this.#folder, 'server.properties');
    const listeners = [`PLAINTEXT://${plain}`, ...(options.tls === undefined ? [] : [`SSL://${tls}`])];
    if (options.user !== undefined) listeners.push(`SASL_PLAINTEXT://${sasl}`);
    writeFileSync(this.#properties, propertiesOf(listeners, controller, join(this.#folder, 'data'), options));
  }

  static async start(options: BrokerOptions = {}): Promise<KafkaBroker> {
    const broker = new KafkaBroker(await freePorts(4), options);
    const { user } = options;
    const scram = user === undefined ? [] : ['-S', `SCRAM-SHA-256=[name=${user.name},password=${user.password}]`];
    const format = ['format', '--standalone', '-t', 'c2Vpc21vLXRlc3RzLWthZg', '-c', broker.#properties, ...scram];
    execFileSync('java', [...JVM, '-cp', classPath(), 'kafka.tools.StorageTool', ...format], { stdio: 'pipe' });
    await broker.resume();
    return broker;
  }

  /** Starts it with what it had, and waits until it answers. */
  async resume(): Promise<void> {
    const child = spawn('java', [...JVM, '-cp', classPath(), 'kafka.Kafka', this.#properties], { stdio: 'pipe' });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (this.#output += part.toString()));
    const deadline = Date.now() + START_MS;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the broker ended:\n${this.#output}`);
      if (await this.#admin((admin) => admin.listTopics()).catch(() => undefined)) return;
      if (Date.now() > deadline) throw new Error(`the broker does not answer after ${START_MS} ms:\n${this.#output}`);
      await sleep(100);
    }
  }

  /** SIGKILL by default: a broker that goes without a word. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Freezes it, so that connections stay and nobody answers; SIGCONT lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async createTopic(topic: string, partitions: number, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const configs = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await this.#admin((admin) => admin.createTopics({ topics: [topic], partitions, replicas: 1, configs }));
  }

  async topics(): Promise<string[]> {
    return this.#admin((admin) => admin.listTopics());
  }

  /** Everything a topic holds, by partition and offset. */
  async read(topic: string): Promise<Kept[]> {
    const consumer = new Consumer({ ...this.#client(), groupId: `reader-${process.pid}-${performance.now()}` });
    const kept: Kept[] = [];
    try {
      const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
      const stream = await consumer.consume({
        topics: [topic],
        mode: MessagesStreamModes.EARLIEST,
        autocommit: false,
        maxWaitTime: 50,
      });
      const left = ends.map((end) => Number(end));
      let total = left.reduce((sum, count) => sum + count, 0);
      if (total > 0)
        for await (const { partition, offset, key, value, headers } of stream) {
          const texts = [...headers].map(([name, text]) => [String(name), String(text)]);
          kept.push({ topic, partition, offset, key: String(key), value, headers: Object.fromEntries(texts) });
          if (--total === 0) break;
        }
      await stream.close();
    } finally {
      await consumer.close(true);
    }
    return kept.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
  }

  #client(): { clientId: string; bootstrapBrokers: string[] } {
    return { clientId: 'test', bootstrapBrokers: [this.plain] };
  }

  async #admin<T>(use: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Admin({ ...this.#client(), retries: 0, connectTimeout: 1000 });
    try {
      return await use(admin);
    } finally {
      await admin.close();
    }
  }
}

function classPath(): string {
  return join(kafkaJars(), '*');
}

function propertiesOf(listeners: readonly string[], controller: string, data: string, options: BrokerOptions): string {
  const { tls, user } = options;
  const plainUser =
    user &&
    'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
      `user_${user.name}="${user.password}" username="${user.name}" password="${user.password}";`;
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: [...listeners, `CONTROLLER://${controller}`].join(','),
    'advertised.listeners': listeners.join(','),
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': controller,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A consumer that was killed is missed soon.
    'group.min.session.timeout.ms': 1000,
    ...(tls && {
      'ssl.client.auth': 'required',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.certificate.chain': onOneLine(tls.server.cert),
      'ssl.keystore.key': onOneLine(tls.server.key),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.certificates': onOneLine(tls.ca.cert),
    }),
    ...(user && {
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
      'listener.name.sasl_plaintext.plain.sasl.jaas.config': plainUser,
      'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    }),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}

/** A PEM as a value in a properties file. */
function onOneLine(pem: string): string {
  return pem.trim().replaceAll(/\r?\n/g, '\\n');
}

/** Ports that were free a moment ago, each another. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => server.listening || once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
