/** A redactor with its edits and its copy, as the pipeline puts them together, and secrets of every kind. */
import fc from 'fast-check';
import { LogsColumns } from '../src/otlp/columns.ts';
import { decodeLogs } from '../src/otlp/decode.ts';
import { RequestEdits } from '../src/otlp/request-edits.ts';
import { Rewriter } from '../src/otlp/rewrite.ts';
import { Redactor, type RedactorOptions } from '../src/redact/redactor.ts';
import { DEFAULT_RULES } from '../src/redact/rules.ts';
import { any, bytesField, contents, requestOf, valueOf } from './wire-oracle.ts';

export const OPTIONS: RedactorOptions = {
  rules: DEFAULT_RULES,
  action: 'mask',
  actions: {},
  secretWords: [],
  ignoredKeys: [],
  blockedKeys: [],
  custom: [],
  summary: 'silent',
};

/** Redacts requests of a tenant. */
export function requestRedactor(
  options: Partial<RedactorOptions> = {},
): (bytes: Uint8Array, tenant?: string) => Buffer {
  const redactor = new Redactor({ ...OPTIONS, ...options });
  const edits = new RequestEdits();
  const rewriter = new Rewriter();
  const columns = new LogsColumns();
  return (bytes, tenant = '') => {
    decodeLogs(bytes, columns);
    edits.begin(columns.records);
    redactor.redact(bytes, columns, tenant, edits);
    const redacted = rewriter.rewrite(bytes, columns, edits, { redacted: true, added: true });
    const copy = Buffer.from(redacted);
    if (redacted !== bytes) rewriter.release(redacted);
    return copy;
  };
}

/** Redacts a text by way of a record whose body it is. */
export function textRedactor(options: Partial<RedactorOptions> = {}): (text: string, tenant?: string) => string {
  const redact = requestRedactor(options);
  return (text, tenant) => {
    const request = redact(requestOf([bytesField(5, any.text(text))]), tenant);
    const [resourceLogs] = contents(request, 1);
    const [scopeLogs] = contents(resourceLogs, 2);
    const [record] = contents(scopeLogs, 2);
    return (valueOf(contents(record, 5)[0]) as { text: string }).text;
  };
}

const from = (alphabet: string, min: number, max = min): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
const SMALL = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHANUMERIC = SMALL + SMALL.toUpperCase() + DIGITS;
const TOKEN = `${ALPHANUMERIC}_-`;
const all = (...parts: readonly (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((list) => list.join(''));

/** Digits that complete a number to one that passes Luhn, worked out by trying. */
function withLuhn(digits: string): string {
  for (let last = 0; ; last++) {
    const whole = `${digits}${last}`;
    const sum = [...whole].reverse().reduce((total, character, i) => {
      const digit = Number(character) * (i % 2 === 1 ? 2 : 1);
      return total + (digit > 9 ? digit - 9 : digit);
    }, 0);
    if (sum % 10 === 0) return whole;
  }
}

/** Check digits by whole numbers, as ISO 7064 describes them. */
function withIbanCheck(country: string, account: string): string {
  const asDigits = `${account}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return `${country}${String(98n - (BigInt(asDigits) % 97n)).padStart(2, '0')}${account}`;
}

const inFours = (text: string): string => text.replace(/(.{4})(?=.)/g, '$1 ');
const card = fc.oneof(
  all('4', from(DIGITS, 14)).map(withLuhn),
  all(fc.constantFrom('51', '55', '62'), from(DIGITS, 13)).map(withLuhn),
  all('37', from(DIGITS, 12)).map(withLuhn),
);
const iban = fc.oneof(
  from(DIGITS, 18).map((account) => withIbanCheck('DE', account)),
  all(from(SMALL.toUpperCase(), 4), from(DIGITS, 10)).map((account) => withIbanCheck('NL', account)),
  all(from(SMALL.toUpperCase(), 4), from(DIGITS, 14)).map((account) => withIbanCheck('GB', account)),
  from(DIGITS, 11).map((account) => withIbanCheck('NO', account)),
  all(from(SMALL.toUpperCase(), 4), from(DIGITS, 5), from(SMALL.toUpperCase() + DIGITS, 18)).map((account) =>
    withIbanCheck('MT', account),
  ),
);

const itself = (text: string): readonly [string, string] => [text, text];
const phone = fc
  .oneof(
    all('+', fc.constantFrom('1', '49', '44', '351'), from(DIGITS, 7, 11)),
    all('+49 170 ', from(DIGITS, 7)),
    all('(', fc.constantFrom('555', '212'), ') ', fc.constantFrom('234', '867'), '-', from(DIGITS, 4)),
    all('555', '-234-', from(DIGITS, 4)),
    all(fc.constantFrom('(030) ', '(0161) ', '(089)'), from(DIGITS, 6)),
    all('(', fc.constantFrom('11', '21'), ') 9', from(DIGITS, 4), '-', from(DIGITS, 4)),
    all(fc.constantFrom('03-', '090-'), from(DIGITS, 4), '-', from(DIGITS, 4)),
    all(fc.constantFrom('0171-', '01632-'), from(DIGITS, 6)),
  )
  .map(itself);
/** Forms that are found behind a word for them. */
const namedPhone = fc
  .tuple(
    fc.constantFrom(
      'phone',
      'msisdn',
      'customerPhoneNumber',
      'home_tel',
      'FAX',
      'Mobile-No',
      'telefono',
      'phone number',
    ),
    fc.oneof(
      from(DIGITS, 7, 15),
      all('0171 ', from(DIGITS, 3), ' ', from(DIGITS, 4)),
      all(from('6789', 5), ' ', from(DIGITS, 5)),
      all(fc.constantFrom('030/', '0171/'), from(DIGITS, 6)),
      all('612 ', from(DIGITS, 3), ' ', from(DIGITS, 3)),
      all('02 ', from(DIGITS, 4), ' ', from(DIGITS, 4)),
      all('+1.', from(DIGITS, 10)),
    ),
    fc.constantFrom(
      'K=V',
      'K: V',
      'K V',
      '"K":"V"',
      '"K": "V"',
      "K = 'V'",
      'K.: V',
      'K #V',
      '<K>V</K>',
      '\\"K\\":\\"V\\"',
      'K=%2BV',
    ),
  )
  .map(([key, number, form]): readonly [string, string] => [form.replace('K', key).replace('V', number), number]);

/** By rule: a text, and the part of it that must not be seen again. */
export const SECRETS: Readonly<Record<string, fc.Arbitrary<readonly [text: string, secret: string]>>> = {
  email: all(from(ALPHANUMERIC, 1, 20), '@', from(SMALL, 1, 10), '.', from(SMALL, 2, 6)).map((one) => [one, one]),
  card: card.chain((one) =>
    fc
      .constantFrom(one, ...(one.length === 16 ? [inFours(one), inFours(one).replaceAll(' ', '-')] : []))
      .map((text) => [text, text]),
  ),
  iban: iban.chain((one) => fc.constantFrom(one, inFours(one)).map((text) => [text, text])),
  phone: fc.oneof(phone, namedPhone),
  jwt: all('eyJ', from(TOKEN, 12, 60), '.eyJ', from(TOKEN, 10, 80), '.', from(TOKEN, 20, 43)).map((one) => [one, one]),
  bearer: from(ALPHANUMERIC, 24, 60).map((token) => [`Bearer ${token}`, token]),
  apiKey: fc
    .oneof(
      all(fc.constantFrom('ghp_', 'ghs_', 'npm_', 'github_pat_', 'gho_', 'ghu_', 'ghr_'), from(ALPHANUMERIC, 36)),
      all(fc.constantFrom('sk_live_', 'rk_test_', 'sk-', 'glpat-', 'xoxb-'), from(ALPHANUMERIC, 24)),
      all('AIza', from(TOKEN, 35)),
    )
    .map((one) => [one, one]),
  awsKey: all(fc.constantFrom('AKIA', 'ASIA'), from(SMALL.toUpperCase() + DIGITS, 16)).map((one) => [one, one]),
  privateKey: from(ALPHANUMERIC, 64).map((key) => [
    `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`,
    key,
  ]),
  urlPassword: from(ALPHANUMERIC, 8, 20).map((secret) => [`https://bob:${secret}@example.org/x`, secret]),
  keyValue: fc
    .tuple(
      fc.constantFrom(
        'password',
        'X-Api-Key',
        'db.passwd',
        'client_secret',
        'awsSecretAccessKey',
        'access_token',
        'PWD',
      ),
      from(ALPHANUMERIC, 8, 20),
      fc.constantFrom(
        'K=V',
        'K: V',
        '"K":"V"',
        '"K": "V"',
        "'K': 'V'",
        'K = V',
        'K="V w"',
        "K => 'V'",
        '\\"K\\":\\"V\\"',
      ),
    )
    .map(([key, secret, form]) => [form.replace('K', key).replace('V', secret), secret]),
};

/** Running text of logs, without secrets. */
export const innocent = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '2025-11-21 10:20:30,123 INFO started in 250 ms',
    'blk_-1608999687919862906 of size 67108864 from /10.250.19.102',
    'GET /api/v1/cart?id=4711&page=2 HTTP/1.1" 200 1530',
    'java.lang.Object@1a2b3c task_id=12 disk-usage: 80% of 12 GB',
    'max_tokens: 512 monkey=3 keyboard: ok user count=12',
    '550e8400-e29b-41d4-a716-446655440000',
    '1763700000000 1763700000000000000',
  ),
);
