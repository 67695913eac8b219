import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { routes } from '@/rest/routes';
import { callsIn, isOfRow } from './called-rows';
import { callsOfVersion, SCREEN_ROWS } from './screen-rows';
import { VERSIONS } from './support';

const sources = readdirSync('tests/contract')
  .filter((name) => name.endsWith('.test.ts') && name !== 'matrix.test.ts' && name !== 'rows.test.ts')
  .map((name) => readFileSync(`tests/contract/${name}`, 'utf8'));

it('every row of the legacy API is called by a contract test, beside the one that asks who may', () => {
  const calls = sources.flatMap((source) => callsIn(source));
  const uncalled = routes.filter((row) => !calls.some((call) => isOfRow(call, row)));
  expect(uncalled.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

it.each(VERSIONS)('every row that a screen of %s calls is called by a test as that client', (version) => {
  const calls = sources.flatMap((source) => callsOfVersion(source, version));
  const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  const wanted = Object.keys(SCREEN_ROWS).filter((row) => SCREEN_ROWS[row]?.includes(version));
  expect(wanted.filter((row) => !known.has(row))).toEqual([]);
  const uncalled = wanted.filter((row) => {
    const [method = '', path = ''] = row.split(' ');
    return !calls.some((call) => isOfRow(call, { method, path }));
  });
  expect(uncalled).toEqual([]);
});

it('a call counts only for the client version of its describe block', () => {
  const source = `const base = '/a';
describe.each(VERSIONS)('the %s client', (version) => {
  client.get(base);
});
it('one', async () => {
  world.guest('v1').get('/b');
});
`;
  const paths = VERSIONS.map((version) => callsOfVersion(source, version).map(({ path }) => path));
  expect(paths).toEqual([['/a', '/b'], ['/a']]);
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

  it('fit a row when fixed path segments are equal', () => {
    const row = { method: 'GET', path: '/payments/:paymentId/receipt' };
    expect(isOfRow({ method: 'GET', path: '/payments/*/receipt' }, row)).toBe(true);
    expect(isOfRow({ method: 'GET', path: '/payments/*/*' }, row)).toBe(false);
    expect(isOfRow({ method: 'PUT', path: '/payments/*/receipt' }, row)).toBe(false);
    expect(isOfRow({ method: 'GET', path: '/payments/*' }, row)).toBe(false);
  });
});
