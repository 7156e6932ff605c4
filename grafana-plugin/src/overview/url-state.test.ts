import { describe, expect, it } from 'vitest';
import { stateOf } from './url-state.ts';

describe('the state in the URL', () => {
  it('is read back as it was written', () => {
    expect(stateOf('?from=now-6h&to=now&refresh=30s&service=a&service=b%2Cc&ds=uid')).toEqual({
      ...{ from: 'now-6h', to: 'now', refresh: '30s', services: ['a', 'b,c'], datasource: 'uid' },
    });
  });

  it('takes times as people paste them', () => {
    expect(stateOf('?from=1700000000000&to=2026-11-21T12:00:00Z')).toMatchObject({
      from: '1700000000000',
      to: String(Date.UTC(2026, 10, 21, 12)),
    });
  });

  it('falls back to the last hour for what nobody can read', () => {
    expect(stateOf('?from=yesterdayish&to=&service=')).toEqual(stateOf(''));
    expect(stateOf('')).toMatchObject({ from: 'now-1h', to: 'now', refresh: '10s', services: [] });
  });

  it('tells a refresh that was turned off from one that was never set', () => {
    expect(stateOf('?refresh=').refresh).toBe('');
    expect(stateOf('?refresh=often').refresh).toBe('');
  });
});
