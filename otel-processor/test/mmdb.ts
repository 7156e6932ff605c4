/**
 * A small database in MaxMind's format, made for tests: IPv4 networks and a map for each.
 * Source: maxmind.github.io/MaxMind-DB, version 2.0.
 */

type Value = string | number | { readonly [key: string]: Value } | readonly Value[];

/** @param networks `[address, bits, value]`; whole numbers are written as uint32, others as double. */
export function mmdb(networks: readonly (readonly [string, number, Value])[]): Buffer {
  const nodes: [Child, Child][] = [[EMPTY, EMPTY]];
  const data: Buffer[] = [];
  let dataBytes = 0;
  for (const [address, bits, value] of networks) {
    const bytes = address.split('.').map(Number);
    let node = 0;
    for (let bit = 0; bit < bits; bit++) {
      const side = (bytes[bit >> 3] >> (7 - (bit & 7))) & 1;
      if (bit === bits - 1) nodes[node][side] = { data: dataBytes };
      else {
        const next = nodes[node][side];
        if (typeof next === 'number' && next > 0) node = next;
        else node = nodes[node][side] = nodes.push([EMPTY, EMPTY]) - 1;
      }
    }
    const encoded = encode(value);
    data.push(encoded);
    dataBytes += encoded.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  nodes.forEach((children, n) =>
    children.forEach((child, side) => {
      const record =
        typeof child === 'number' ? (child === EMPTY ? nodes.length : child) : nodes.length + 16 + child.data;
      tree.writeUIntBE(record, n * 6 + side * 3, 3);
    }),
  );
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: 'Test-City',
    description: { en: 'made for a test' },
    ip_version: 4,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 24,
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('abcdef', 'hex'),
    Buffer.from('MaxMind.com'),
    metadata,
  ]);
}

/** Another node, nothing, or a place in the data. */
type Child = number | { readonly data: number };
const EMPTY = 0;

const STRING = 2;
const DOUBLE = 3;
const UINT32 = 6;
const MAP = 7;
const ARRAY = 11;

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(STRING, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(Number.isInteger(value) ? 4 : 8);
    if (bytes.length === 4) bytes.writeUInt32BE(value);
    else bytes.writeDoubleBE(value);
    return Buffer.concat([control(bytes.length === 4 ? UINT32 : DOUBLE, bytes.length), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(ARRAY, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as Record<string, Value>);
  return Buffer.concat([control(MAP, entries.length), ...entries.flatMap(([key, one]) => [encode(key), encode(one)])]);
}

/** Types from 8 on stand in a byte of their own. */
function control(type: number, size: number): Buffer {
  return type < 8 ? Buffer.from([(type << 5) | size]) : Buffer.from([size, type - 7]);
}
