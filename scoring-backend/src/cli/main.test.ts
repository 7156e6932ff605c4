import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { runSeismo } from './seismo-process.ts';

describe('seismo', () => {
  it.each([[], ['start'], ['scan'], ['templates']])('explains itself with --help: %s', async (...command) => {
    const { code, stdout, stderr } = await runSeismo([...command, '--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Usage: seismo/);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('Exit codes:');
  });

  it('knows its version', async () => {
    expect(await runSeismo(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it.each([
    ['an unknown command', ['scna'], "unknown command 'scna'"],
    ['an unknown flag', ['scan', '--jsno'], "unknown option '--jsno'"],
    ['no command', [], 'Usage: seismo'],
    ['a port that is none', ['start', '--api-port', '70000'], 'a port from 0 to 65535'],
    ['an unknown fault', ['start', '--fault', 'flood'], 'payment-timeouts'],
    ['a fault without the demo', ['start', '--no-demo', '--fault', 'bad-release'], '--no-demo'],
    ['a top that is no number', ['scan', '--top', 'all'], 'a number from 1'],
    ['standard input twice', ['scan', '-', '-'], 'once only'],
    ['a config that is not there', ['start', '--config', 'no-such.yaml'], 'no-such.yaml'],
  ])('exits with 2 on %s', async (_what, args, words) => {
    const { code, stdout, stderr } = await runSeismo(args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stdout).toBe('');
  });
});
