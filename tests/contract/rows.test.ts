import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { routes } from '@/rest/routes';
import { callsIn, isOfRow } from './called-rows';

it('every row of the legacy API is called by a contract test, beside the one that asks who may', () => {
  const tests = readdirSync('tests/contract').filter(
    (name) => name.endsWith('.test.ts') && name !== 'matrix.test.ts' && name !== 'rows.test.ts',
  );
  const calls = tests.flatMap((name) => callsIn(readFileSync(`tests/contract/${name}`, 'utf8')));
  const uncalled = routes.filter((row) => !calls.some((call) => isOfRow(call, row)));
  expect(uncalled.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

describe('the calls of a test', () => {
  // § stands for $, which would make these look like mistakes.
  it.each([
    ["client.get('/payments')", { method: 'GET', path: '/payments' }],
    ['client.post(`/orders/§{orderId}/payments`, {})', { method: 'POST', path: '/orders/*/payments' }],
    ["const BASE = '/a/b';\nx.put(`§{BASE}/§{id}`)", { method: 'PUT', path: '/a/b/*' }],
    ["const list = '/a';\nx.get(list)", { method: 'GET', path: '/a' }],
    ['const at = (s: string) => `/a/§{s}`;\nx.get(`§{at(id)}/c`)', { method: 'GET', path: '/a/*/c' }],
    ['const t = { path: `/s/§{id}` };\nx.get(`§{path}/bill`)', { method: 'GET', path: '/s/*/bill' }],
    ['x.get(`/a?from=§{day}&to=1`)', { method: 'GET', path: '/a' }],
    ["x.get('/restaurants//payments')", { method: 'GET', path: '/restaurants/payments' }],
    ['path = `/s/§{one.id}`;\nx.patch(`§{path}/tip`)', { method: 'PATCH', path: '/s/*/tip' }],
  ])('%s', (source, call) => {
    expect(callsIn(source.replaceAll('§', '$'))).toEqual([call]);
  });

  it('fit a row when words meet words', () => {
    const row = { method: 'GET', path: '/payments/:paymentId/receipt' };
    expect(isOfRow({ method: 'GET', path: '/payments/*/receipt' }, row)).toBe(true);
    expect(isOfRow({ method: 'GET', path: '/payments/*/*' }, row)).toBe(false);
    expect(isOfRow({ method: 'PUT', path: '/payments/*/receipt' }, row)).toBe(false);
    expect(isOfRow({ method: 'GET', path: '/payments/*' }, row)).toBe(false);
  });
});
