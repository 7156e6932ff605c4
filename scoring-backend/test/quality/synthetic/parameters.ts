/** Values as programs put them into their log statements, drawn with a seed. */

/** A pseudo-random whole number in [0, below): mulberry32. */
export type Draw = (below: number) => number;

export function seededDraw(seed: number): Draw {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const list = (text: string): string[] => text.split(';').map((value) => value.trim());

/** Plain lists; many values are ordinary words or several of them, since real names are. */
const LISTS: Record<string, string[]> = {
  user: list(
    'alice;bob;root;admin;jdoe;svc_backup;deploy;www-data;maria.k;test;guest;operator;carol;ubuntu;oracle;hadoop;nobody;jenkins;mysql;support;pavel;user7',
  ),
  name: list(
    'orders;payments;inventory;users;sessions;events;primary;default;accounts;web;api;search;audit_log;billing;checkout;reports;items;customer_address;cache;images;static;metrics;shipping;products;notifications;prod;staging',
  ),
  host: list(
    'web-01;web-02;db1;db-primary;worker3;gateway;mail.example.org;node-a.internal;ip-10-0-3-17;kafka-0;cache;storage.example.com;build;edge-fra-2;localhost;proxy;bastion.corp.local;mx2.mail.net',
  ),
  topic: list('orders;payment-events;user.signup;clicks;audit;inventory_updates;dead-letter;metrics;emails;page.views'),
  group: list('billing;order-processor;analytics;search-indexer;mailer;fraud-check;console-consumer-4711;reports'),
  app: list('psql;pgAdmin;billing-service;JDBC;order-api;metrics-exporter;consumer-orders-1;producer-2;node;dbeaver'),
  word: list('ssl3_get_record;tls_process_client_hello;read_state_machine;ssl3_read_bytes;tls_post_process_client_key'),
  mode: list('ShareLock;ExclusiveLock;AccessExclusiveLock;RowShareLock;ShareUpdateExclusiveLock'),
  setting: list(
    'work_mem;max_connections;log_level;cache.ttl;batch_size;timeout;shared_buffers;feature.search;retries',
  ),
  ns: list('default;kube-system;monitoring;shop;ingress;team-a;staging'),
  bucket: list('raw-data;exports;backup;reports-2024;ml-models'),
  job: list(
    'daily_sales;customer sync;import-orders;refresh_views;weekly report;cleanup;send_invoices;dedupe;orders;nightly backup;geo-enrich;Update prices;currency rates',
  ),
  category: list('books;toys;garden;Home & Kitchen;music;sports;office supplies;shoes;electronics'),
  carrier: list('DHL;UPS;FedEx;Hermes;Royal Mail;DPD;Post'),
  mailkind: list('welcome;order confirmation;password reset;invoice;newsletter'),
  zone: list('inside;outside;dmz;guest;vpn;mgmt'),
  cipher: list('TLS_AES_256_GCM_SHA384;TLS_AES_128_GCM_SHA256;ECDHE-RSA-AES256-GCM-SHA384;ECDHE-RSA-CHACHA20-POLY1305'),
  command: list(
    'show running-config;configure terminal;write memory;reload;clear xlate;show version;enable;copy running-config tftp;no shutdown',
  ),
  err: list(
    'Connection refused;Connection reset by peer;No route to host;Connection timed out;Broken pipe;Network is unreachable;Cannot allocate memory;No space left on device;Permission denied;Success;i/o timeout;context deadline exceeded;EOF;Operation timed out',
  ),
  reason: list(
    'insufficient funds;card expired;timeout;out of stock;invalid signature;address not deliverable;rate limit exceeded;service unavailable;connection refused;no data;permission denied for table orders;file is empty;user cancelled the request;the remote server returned an error;unknown column price in field list;leader changed;quota exceeded for project demo;checksum does not match;not found;already running;token has expired;too many open files;bad credentials;unexpected end of input;customer is blocked;member left the group;lock wait timeout;upstream connect error or disconnect;could not parse date;disk is full;dependency failed',
  ),
  exception: list(
    "KeyError: 'id';ValueError: invalid literal for int() with base 10: 'n/a';TypeError: unsupported operand type(s);TimeoutError;ConnectionError: pool is exhausted;ZeroDivisionError: division by zero;NullPointerException;FileNotFoundError: missing input",
  ),
  phrase: list(
    'red shoes;usb cable;gift for dad;coffee machine;HighErrorRate;lego;winter jacket size m;running;laptop stand;TargetDown;tea;wireless mouse;Disk will fill soon;book about trees',
  ),
  service: list(
    'nginx.service;cron.service;docker.service;Daily apt download activities;Network Manager;OpenSSH server daemon;session-12.scope;Postgres backup;User Manager for UID 1000;Rotate log files;firewalld;Message of the Day;MySQL Community Server;getty@tty1.service;Discard unused blocks;Journal Service;Samba Daemon',
  ),
  product: list(
    'Google Chrome;Microsoft Edge;7-Zip 22.01;Visual C++ Redistributable;Java;Office Update;Security Agent;Acrobat Reader;Teams;Python 3.11;Node.js',
  ),
  state: list('running;stopped;starting;failed;unknown;paused;degraded;healthy;ready;pending;terminating'),
  cmd: list(
    '/usr/bin/apt update;/bin/systemctl restart nginx;run-parts /etc/cron.hourly;/usr/local/bin/backup.sh --full;test -x /usr/sbin/anacron || run-parts /etc/cron.daily;python3 /opt/app/sync.py orders;/bin/bash;find /tmp -mtime +7 -delete;php artisan schedule:run;/usr/bin/docker ps;/usr/lib/sa/sa1 1 1;certbot renew -q',
  ),
  vm: list(
    'web-prod-1;db-test;Windows 10 Desktop;build agent;mail;ubuntu-template;SAP HANA;backup proxy;citrix-07;jump host',
  ),
  table: list(
    'orders;customers;order_items;keyspace1.events;users;system.peers;metrics.daily;sessions;inventory;audit.log;views',
  ),
  index: list('logs-2024.05.01;products;.kibana_1;orders-v2;users;metrics;filebeat-8.1;audit;search-suggestions'),
  queue: list(
    'orders;mail;invoice.created;celery;amq.gen-JzTY20BRgKO;default;high priority;video-encode;retry;dead_letter',
  ),
  task: list(
    'app.tasks.send_mail;billing.charge;reports.build_daily;images.resize;sync_inventory;cleanup;search.reindex',
  ),
  module: list('pam_unix;libssl;ntdll.dll;mod_proxy;KERNELBASE.dll;clr.dll;usbcore;ext4;bluetooth;iwlwifi;nvidia'),
  device: list('sda;sdb1;nvme0n1;eth0;wlan0;usb 1-1;dm-0;ens192;docker0;lo;veth12ab3'),
  screen: list('HomeFragment;CheckoutActivity;Settings;Login;ProductDetail;Cart;Search;Profile'),
};

const pad = (value: number, length: number): string => String(value).padStart(length, '0');
const digits = (draw: Draw): number => draw(10 ** (1 + draw(6)));
const hex = (draw: Draw, length: number): string => Array.from({ length }, () => '0123456789abcdef'[draw(16)]).join('');
const uuid = (draw: Draw): string => [8, 4, 4, 4, 12].map((length) => hex(draw, length)).join('-');
const pick = (draw: Draw, values: readonly string[]): string => values[draw(values.length)];
const clock = (draw: Draw): string => `${pad(draw(24), 2)}:${pad(draw(60), 2)}:${pad(draw(60), 2)}`;
const date = (draw: Draw): string => `2024-${pad(1 + draw(12), 2)}-${pad(1 + draw(28), 2)}`;
const ip = (draw: Draw): string => `${10 + draw(200)}.${draw(256)}.${draw(256)}.${1 + draw(254)}`;
const named = (draw: Draw, kind: string): string => pick(draw, LISTS[kind]);
const fileName = (draw: Draw): string =>
  `${named(draw, 'name')}${pick(draw, ['', `-${draw(99)}`, '_old'])}${pick(draw, ['.csv', '.log', '.txt', '.parquet', '.html', '.jpg', ''])}`;
const path = (draw: Draw): string =>
  Array.from(
    { length: 1 + draw(3) },
    () => `/${pick(draw, ['var', 'lib', 'data', 'srv', 'www', 'api', 'tmp', 'v1', 'home', 'opt'])}`,
  ).join('') + `/${fileName(draw)}`;
const podName = (draw: Draw): string => `${named(draw, 'name').replaceAll('_', '-')}-${hex(draw, 9)}-${hex(draw, 5)}`;
const duration = (draw: Draw): string =>
  pick(draw, [
    `${digits(draw)}ms`,
    `${draw(60)}.${draw(1000)}s`,
    `${draw(90)}m${draw(60)}s`,
    `${draw(900)}.${draw(100)}µs`,
  ]);
const sql = (draw: Draw): string =>
  pick(draw, [
    `SELECT * FROM ${named(draw, 'name')} WHERE id = ${digits(draw)}`,
    `select count(*) from ${named(draw, 'name')}`,
    `INSERT INTO ${named(draw, 'name')} (id, name) VALUES (${digits(draw)}, '${named(draw, 'user')}')`,
    `UPDATE ${named(draw, 'name')} SET status = 'done' WHERE updated_at < now()`,
    `DELETE FROM ${named(draw, 'name')} WHERE created < '${date(draw)}'`,
    'BEGIN',
    'COMMIT',
    `SELECT a.name, b.total FROM ${named(draw, 'name')} a JOIN ${named(draw, 'name')} b ON a.id = b.id ORDER BY b.total DESC LIMIT ${draw(100)}`,
  ]);

const MAKERS: Record<string, (draw: Draw) => string> = {
  int: (draw) => String(digits(draw)),
  float: (draw) => `${digits(draw)}.${draw(1000)}`,
  hex: (draw) => hex(draw, 12),
  uuid,
  ip,
  clock,
  time: (draw) => `${date(draw)} ${clock(draw)}.${pad(draw(1000), 3)}`,
  iso: (draw) => `${date(draw)}T${clock(draw)}.${pad(draw(1000), 3)}Z`,
  clf: (draw) =>
    `${pad(1 + draw(28), 2)}/${pick(draw, ['Jan', 'May', 'Dec'])}/2024:${clock(draw)}.${pad(draw(1000), 3)}`,
  dur: duration,
  size: (draw) => `${draw(900)}.${draw(10)} ${pick(draw, ['KB', 'MB', 'GB', 'MiB'])}`,
  path,
  file: fileName,
  url: (draw) => `http${pick(draw, ['', 's'])}://${named(draw, 'host')}:${1000 + draw(9000)}${path(draw)}`,
  request: (draw) => `${pick(draw, ['GET', 'GET', 'POST', 'PUT', 'HEAD'])} ${path(draw)} HTTP/1.1`,
  email: (draw) => `${named(draw, 'user')}@${pick(draw, ['example.org', 'mail.net', 'corp.local'])}`,
  version: (draw) => `v${draw(5)}.${draw(30)}.${draw(9)}`,
  image: (draw) => `registry.local/${named(draw, 'name')}:${pick(draw, ['latest', `1.${draw(40)}`, hex(draw, 7)])}`,
  podname: podName,
  pod: (draw) => `${named(draw, 'ns')}/${podName(draw)}`,
  member: (draw) => `${named(draw, 'app')}-${uuid(draw)}`,
  lsn: (draw) => `${draw(9)}/${hex(draw, 8).toUpperCase()}`,
  list: (draw) =>
    `[${Array.from({ length: 1 + draw(4) }, () => pick(draw, [named(draw, 'name'), String(draw(9))])).join(', ')}]`,
  topics: (draw) => Array.from({ length: 1 + draw(4) }, () => `${named(draw, 'topic')}-${draw(9)}`).join(', '),
  map: (draw) =>
    `{${Array.from({ length: 1 + draw(3) }, () => `${named(draw, 'name')}=${pick(draw, ['true', 'compact', String(draw(99))])}`).join(', ')}}`,
  value: (draw) =>
    pick(draw, [
      String(digits(draw)),
      named(draw, 'name'),
      uuid(draw),
      'true',
      named(draw, 'email2'),
      'off',
      `${draw(99)}MB`,
      'session:' + hex(draw, 8),
    ]),
  sql,
  quotederr: (draw) => `"${named(draw, 'reason')}"`,
  thread: (draw) =>
    pick(draw, [
      `nio-8080-exec-${1 + draw(10)}`,
      `pool-${draw(4)}-thread-${draw(9)}`,
      `scheduling-${draw(3)}`,
      `task-${draw(20)}`,
      'main',
    ]).padStart(15),
  sid: (draw) => `S-1-5-21-${digits(draw)}-${digits(draw)}-${1000 + draw(9000)}`,
  account: (draw) =>
    pick(draw, [
      'SYSTEM',
      'Administrator',
      `CORP\\${named(draw, 'user')}`,
      `${named(draw, 'host').toUpperCase()}$`,
      'LOCAL SERVICE',
      'NETWORK SERVICE',
    ]),
};
LISTS.email2 = ['alice@example.org', 'bob@mail.net', 'root@localhost'];

/** A value of the kind; throws for a kind that does not exist. */
export function parameter(kind: string, draw: Draw): string {
  if (kind.includes('|')) return pick(draw, kind.split('|'));
  const make = MAKERS[kind];
  if (make !== undefined) return make(draw);
  if (LISTS[kind] === undefined) throw new Error(`no parameter of kind ${kind}`);
  return named(draw, kind);
}
