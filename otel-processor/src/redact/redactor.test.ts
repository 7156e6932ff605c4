import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { innocent, requestRedactor, SECRETS, textRedactor } from '../../test/redaction.ts';
import { attribute, record, request as anyRequest } from '../../test/request-arbitrary.ts';
import { any, bytesField, contents, keyValue, pairOf, recordsOf, requestOf, valueOf } from '../../test/wire-oracle.ts';
import { SECRET_WORDS, USER_WORDS } from './key-words.ts';
import { RULE_NAMES } from './rules.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 20_000 : 1_000;
const hashKey = Buffer.from('a key of this test');
/** Reads every record, whatever the prefilter says. */
const READ_ALL = { custom: [{ name: 'never', pattern: '\\u0000never\\u0000' }] };

const secretText = fc.oneof(...Object.values(SECRETS)).map(([text]) => text);
/** Secrets and other text, with and without anything between. */
const mixed = fc
  .array(fc.oneof(innocent, secretText, fc.constantFrom(' ', ', ', '=', ':', '@', '<EMAIL>', '+', '"', '4111 1111')), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

describe('the redactor', () => {
  for (const [rule, arbitrary] of Object.entries(SECRETS))
    it(`lets no secret of the kind ${rule} through, wherever it stands in a line`, () => {
      const redact = textRedactor();
      fc.assert(
        fc.property(arbitrary, innocent, innocent, ([text, secret], before, behind) => {
          // A password may be a word that the line says anyway.
          fc.pre(!`${before} ${behind}`.includes(secret));
          expect(redact(`${before} ${text} ${behind}`)).not.toContain(secret);
        }),
        { numRuns: RUNS },
      );
    });

  it('suspects at least what it would find by reading everything', () => {
    const quick = requestRedactor({ rules: RULE_NAMES });
    const thorough = requestRedactor({ rules: RULE_NAMES, ...READ_ALL });
    fc.assert(
      fc.property(
        fc.array(mixed, { maxLength: 4 }),
        fc.array(fc.tuple(fc.string(), mixed), { maxLength: 4 }),
        (bodies, pairs) => {
          const attributes = pairs.map(([key, value]) => bytesField(6, keyValue(key, any.text(value))));
          const bytes = requestOf(bodies.map((body) => Buffer.concat([bytesField(5, any.text(body)), ...attributes])));
          expect(quick(bytes).equals(thorough(bytes))).toBe(true);
        },
      ),
      { numRuns: RUNS * 3 },
    );
  });

  it('suspects every telling key, at even and odd places, however it is written and set apart from its value', () => {
    const quick = requestRedactor({ rules: RULE_NAMES });
    const thorough = requestRedactor({ rules: RULE_NAMES, ...READ_ALL });
    const apart = ['=', ':', ' = ', ' : ', '": "', '" : "', "'='", "' => '", '\\":\\"', '\\" : \\"'];
    for (const word of [...SECRET_WORDS, ...USER_WORDS]) {
      // Anywhere but in the last three letters, by which the words are looked up.
      const halves = [...word.slice(2)].map((_, i) => [word.slice(0, i), word.slice(i)]);
      const written = [
        word.toUpperCase(),
        ...['', '_', '-', '.7'].flatMap((join) => halves.map((two) => two.join(join))),
      ];
      const keys = written.flatMap((key) => [`x${key}`, `xx${key}`]);
      const bytes = requestOf([
        ...keys.flatMap((key) => apart.map((between) => bytesField(5, any.text(`${key}${between}hunter2`)))),
        ...keys.map((key) => bytesField(6, keyValue(key, any.text('hunter2')))),
      ]);
      const redacted = thorough(bytes);
      expect(redacted.includes('hunter2')).toBe(false);
      expect(quick(bytes).equals(redacted)).toBe(true);
    }
  });

  it('suspects every number, however it is grouped, of whatever length the text is and wherever it stands there', () => {
    const quick = requestRedactor();
    const thorough = requestRedactor(READ_ALL);
    const numbers = [
      ...['(555)234-5678', '(555) 234-5678', '555-234-5678', '1-555-234-5678', '+49 170 1234567', '+1.555.234.5678'],
      ...['(030) 123456', '(02) 9876 5432', '(11) 91234-5678', '03-1234-5678', '02-123-4567'],
      ...['0171-1234567', '022-12345678', '020 7946 0958', '082 123 4567'],
      ...['0161 496 0000'],
      ...['4222222222222', '4111111111111111', '4111 1111 1111 1111', '4111-1111-1111-1111', '378282246310005'],
      ...['3782 822463 10005', '3056 930902 5904', '30569309025904', '6240008631401148', 'DE89 3704 0044 0532 0130 00'],
    ];
    for (const number of numbers) {
      const texts = Array.from({ length: 120 }, (_, i) => [`${'.'.repeat(i)} ${number}`, `${number} ${'x'.repeat(i)}`]);
      const bytes = requestOf(texts.flat().map((text) => bytesField(5, any.text(text))));
      const redacted = thorough(bytes);
      expect(redacted.includes(number)).toBe(false);
      expect(quick(bytes).equals(redacted)).toBe(true);
    }
  });

  for (const action of ['mask', 'remove', 'hash'] as const)
    it(`does to a redacted line nothing more (${action})`, () => {
      const redact = textRedactor({
        rules: RULE_NAMES,
        action,
        hashKey,
        custom: [{ name: 'order', pattern: 'o+[0-9]+' }],
      });
      fc.assert(
        fc.property(mixed, (text) => {
          const once = redact(text);
          expect(redact(once)).toBe(once);
        }),
        { numRuns: RUNS },
      );
    });

  it('leaves every byte of records without secrets as it came, and of requests without any', () => {
    const redact = requestRedactor({ summary: 'debug' });
    const thorough = requestRedactor(READ_ALL);
    const isClean = (one: Buffer): boolean => thorough(requestOf([one])).equals(requestOf([one]));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), fc.nat(6), (records, at) => {
        fc.pre(records.every((one) => isClean(one)));
        const secret = bytesField(5, any.text('password=hunter2'));
        const among = [...records.slice(0, at), secret, ...records.slice(at)];
        const redacted = recordsOf(redact(requestOf(among)));
        expect(redacted).toHaveLength(among.length);
        among.forEach((one, i) => {
          if (i !== Math.min(at, records.length)) expect(redacted[i].equals(one)).toBe(true);
        });
      }),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(anyRequest, (bytes) => {
        fc.pre(recordsOf(bytes).every((one) => isClean(one)));
        const redacted = redact(bytes);
        // Resources may hold something that looks like an address; records do not.
        expect(recordsOf(redacted)).toEqual(recordsOf(bytes));
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps the order of fields and those that are unknown in a record that it changes', () => {
    const redact = requestRedactor();
    const thorough = requestRedactor(READ_ALL);
    const isClean = (one: Buffer): boolean => thorough(requestOf([one])).equals(requestOf([one]));
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 3 }), record, (attributes, rest) => {
        fc.pre(attributes.every((one) => isClean(bytesField(6, one))) && isClean(rest));
        const before = Buffer.concat(attributes.map((one) => bytesField(6, one)));
        const changed = (text: string): Buffer =>
          Buffer.concat([before, bytesField(6, keyValue('x', any.text(text))), rest]);
        expect(recordsOf(redact(requestOf([changed('to a@b.org')])))[0].equals(changed('to <EMAIL>'))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('rewrites the lengths of texts that grow and shrink past a byte of length', () => {
    const redact = requestRedactor();
    for (const size of [0, 90, 110, 120, 126, 127, 128, 250, 16_300, 16_370, 16_383, 16_400]) {
      const text = `${'x'.repeat(size)} a@b.org ${'y'.repeat(size)}`;
      const [body] = contents(recordsOf(redact(requestOf([bytesField(5, any.text(text))])))[0], 5);
      expect(valueOf(body)).toEqual({ text: text.replace('a@b.org', '<EMAIL>') });
    }
  });

  it('reads structured bodies, lists and bytes to the bottom', () => {
    const deep = any.map(
      keyValue('msg', any.text('from a@b.org')),
      keyValue('n', any.int(7n)),
      keyValue('list', any.list(any.text('x'), any.map(keyValue('password', any.text('hunter2'))))),
      keyValue('raw', any.bytes(Buffer.from('pwd=hunter2'))),
    );
    const [body] = contents(recordsOf(requestRedactor()(requestOf([bytesField(5, deep)])))[0], 5);
    expect(valueOf(body)).toEqual({
      map: [
        ['msg', { text: 'from <EMAIL>' }],
        ['n', { int: 7n }],
        ['list', { list: [{ text: 'x' }, { map: [['password', { text: '<SECRET>' }]] }] }],
        ['raw', { bytes: Buffer.from('pwd=<SECRET>').toString('hex') }],
      ],
    });
  });

  it('covers values of telling keys, whatever their kind, but no yes or no', () => {
    const pairs = [
      keyValue('db.password', any.int(1234n)),
      keyValue('has_token', any.bool(true)),
      keyValue('api-key', any.list(any.text('a'))),
      keyValue('http.header.x', any.text('x')),
      keyValue('note', any.text('token=abc')),
    ];
    const redact = requestRedactor({ ignoredKeys: ['note'], blockedKeys: ['http.header.*'] });
    const [redacted] = recordsOf(redact(requestOf([Buffer.concat(pairs.map((pair) => bytesField(6, pair)))])));
    expect(contents(redacted, 6).map(pairOf)).toEqual([
      ['db.password', { text: '<SECRET>' }],
      ['has_token', { bool: true }],
      ['api-key', { text: '<SECRET>' }],
      ['http.header.x', { text: '<SECRET>' }],
      ['note', { text: 'token=abc' }],
    ]);
  });

  it('reads resources and scopes', () => {
    const pair = (text: string): Buffer => keyValue('owner', any.text(text));
    const request = (text: string): Buffer => {
      const scope = Buffer.concat([bytesField(1, 'lib'), bytesField(3, pair(text))]);
      const scopeLogs = Buffer.concat([bytesField(1, scope), bytesField(2, bytesField(5, any.text('x')))]);
      return bytesField(1, Buffer.concat([bytesField(2, scopeLogs), bytesField(1, bytesField(1, pair(text)))]));
    };
    expect(requestRedactor()(request('a@b.org')).equals(request('<EMAIL>'))).toBe(true);
  });

  it('hashes per tenant, the same value always to the same, however it is written', () => {
    const redact = textRedactor({ action: 'hash', hashKey });
    const hashed = redact('from Bob@example.org', 'one');
    expect(hashed).toMatch(/^from <EMAIL:[0-9a-f]{16}>$/);
    expect(redact('from bob@example.org', 'one')).toBe(hashed);
    expect(redact('from bob@example.org', 'two')).not.toBe(hashed);
    expect(textRedactor({ action: 'hash', hashKey: Buffer.from('other') })('from bob@example.org', 'one')).not.toBe(
      hashed,
    );
  });

  it('keeps JSON readable where a number was', () => {
    const redact = textRedactor();
    expect(JSON.parse(redact('{"card": 4111111111111111, "note": "n: 4111111111111111, x"}'))).toEqual({
      card: '<CARD>',
      note: 'n: <CARD>, x',
    });
    expect(JSON.parse(textRedactor({ action: 'remove' })('{"card":4111111111111111}'))).toEqual({ card: null });
  });

  it('tells what it did as the Collector does, adding to what an earlier processor told', () => {
    const redact = requestRedactor({ summary: 'debug', actions: { keyValue: 'remove' } });
    const attributes = [
      keyValue('to', any.text('a@b.org')),
      keyValue('password', any.text('x')),
      keyValue('redaction.masked.count', any.int(2n)),
      keyValue('redaction.masked.keys', any.text('card,name')),
    ];
    const bytes = requestOf([
      Buffer.concat([bytesField(5, any.text('to a@b.org')), ...attributes.map((one) => bytesField(6, one))]),
    ]);
    const once = redact(bytes);
    expect(contents(recordsOf(once)[0], 6).map(pairOf)).toEqual([
      ['to', { text: '<EMAIL>' }],
      ['redaction.masked.keys', { text: 'card,name,to' }],
      ['redaction.masked.count', { int: 3n }],
      ['redaction.redacted.keys', { text: 'password' }],
      ['redaction.redacted.count', { int: 1n }],
      ['redaction.body.masked.keys', { text: 'body' }],
      ['redaction.body.masked.count', { int: 1n }],
    ]);
    expect(redact(once).equals(once)).toBe(true);
  });
});
