import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rowDocs } from '@/rest/openapi/rows';
import { routes } from '@/rest/routes';
import { ERROR_CODES } from '@/services/errors';
import { breaches } from '../../contract/wire-rules';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { HOSTILE_TEXTS, hostileJson, hostileText } from './hostile';
import { inputsOf, type Known } from './inputs';
import { each, HANG_MS, INPUTS_EACH, leakIn, SEED, shown } from './run';
import { type FuzzWorld, NO_LIMITS, worldsOf } from './world';

/** Names of ours that this wire calls otherwise (src/rest/errors.ts). */
const CODES = new Set([...Object.keys(ERROR_CODES), 'SESSION_EXPIRED', 'INSUFFICIENT_FUNDS']);
const CALLERS = [
  'admin',
  'admin',
  'owner',
  'staff',
  'payer',
  'payer',
  'mate',
  'customer',
  'service',
  'nobody',
] as const;

let app: TestApp;
let worldFor: ReturnType<typeof worldsOf>;
let world: FuzzWorld;
beforeAll(async () => {
  app = await startTestApp({ env: NO_LIMITS });
  worldFor = worldsOf(app);
  world = await worldFor(0);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

interface Asked {
  who: keyof FuzzWorld['callers'];
  path: string;
  query: string;
  body: string | undefined;
  key: string | undefined;
}

it.each(routes.map((route) => ({ ...route, name: `${route.method} ${route.path}` })))(
  '$name answers anything in the shape of this wire with a stable code',
  async ({ name, method, path }) => {
    world = await worldFor(INPUTS_EACH);
    const asked = fc.sample(requestsOf(name, method, path), { numRuns: INPUTS_EACH, seed: SEED });
    const problems: string[] = [];
    await each(asked, async (one) => {
      const problem = await ask(method, one).catch((error: unknown) => String(error));
      if (problem !== null) problems.push(`${shown(one)} -> ${problem}`);
    });
    expect(problems).toEqual([]);
  },
);

function requestsOf(name: string, method: string, path: string): fc.Arbitrary<Asked> {
  const doc = rowDocs[name];
  const known = { ...world.known, ...WIRE_VALUES };
  return fc.record({
    who: fc.constantFrom(...CALLERS),
    path: pathsOf(path, known),
    query: queriesOf(Object.keys(doc?.query ?? {}), known),
    body:
      method === 'GET' ? fc.constant(undefined) : bodiesOf(inputsOf(doc?.body ?? null, known, hostileJson)),
    key: fc.option(fc.constantFrom('the-same-key-again', '\u00e9', 'x'.repeat(300)), { nil: undefined }),
  });
}

/** What these clients send in fields of these names. */
const WIRE_VALUES: Known = {
  amount: [27, '27.00', 2_700, 26.995, '1e2', -1, 0],
  tipAmount: [0, 1, 2.5, '3', 1e9],
  paymentMethod: ['CASH', 'CREDIT_CARD', 'card', 'PAYPAL'],
  splitType: ['EQUAL', 'BY_ITEMS', 'BY_PERCENTAGE', 'BY_AMOUNT'],
  status: ['CANCELLED', 'COMPLETED', 'REFUNDED', 'all', 'pending,COMPLETED'],
  method: ['CASH', 'card'],
  page: ['1', '2', '0', '-1', '99999999'],
  limit: ['1', '200', '0', '1e9'],
  dateFrom: [
    '2026-11-22',
    '2026-11-22T00:00:00Z',
    'yesterday',
    '+275760-09-13T00:00:00.000Z',
    '-000001-01-01T00:00:00Z',
  ],
  dateTo: ['2026-11-24', '0001-01-01'],
  startDate: ['2026-11-22', '+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00.000Z', '2019-01-01'],
  endDate: ['2026-11-24', '+275760-09-13T00:00:00.000Z', '2018-01-01'],
};

/** Ids of the world mostly; else anything, also what no path can hold as it stands. */
function pathsOf(pattern: string, known: Known): fc.Arbitrary<string> {
  const parts = pattern.split('/').map((part) => {
    if (!part.startsWith(':')) return fc.constant(part);
    const hostile = fc.oneof(
      hostileText.map((text) => encodeURIComponent(wellFormed(text))),
      fc.constantFrom('%', '%00', '%ff', '..', '.', '*', ';', '%2e%2e%2f', 'undefined', 'null'),
    );
    const pool = known[part.slice(1)] ?? [];
    if (pool.length === 0) return hostile;
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...pool).map((id) => encodeURIComponent(String(id))) },
      { weight: 1, arbitrary: hostile },
    );
  });
  return fc.tuple(...parts).map((filled) => filled.join('/'));
}

function queriesOf(documented: readonly string[], known: Known): fc.Arbitrary<string> {
  const names = fc.constantFrom(...documented, 'restaurantId', 'page', 'limit', 'status', '__proto__', 'x');
  const pair = names.chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof(
        {
          weight: 3,
          arbitrary: fc.constantFrom(...((Object.hasOwn(known, name) && known[name]) || HOSTILE_TEXTS)),
        },
        { weight: 2, arbitrary: hostileText },
      ),
    ),
  );
  return fc
    .array(pair, { maxLength: 4 })
    .map((pairs) =>
      pairs
        .map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(String(value)).slice(0, 300))}`)
        .join('&'),
    );
}

/** As JSON mostly; some is no JSON, or nothing. */
function bodiesOf(inputs: fc.Arbitrary<unknown>): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    { weight: 12, arbitrary: inputs.map((input) => JSON.stringify(input)) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, '', '{', '[1', '{"a":1}}', '\ufeff{}', 'null') },
  );
}

/** What is wrong with the answer; null: nothing. */
async function ask(method: string, { who, path, query, body, key }: Asked): Promise<string | null> {
  const address = new URL(`${app.url}/api/v1${path}?${query}`);
  const response = await fetch(address, {
    method,
    headers: {
      'content-type': 'application/json',
      ...world.callers[who],
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(HANG_MS),
  });
  const { status } = response;
  const answer = (await response.json()) as Record<string, unknown>;
  if (status >= 500) return `${status} ${shown(answer)} (request ${response.headers.get('x-request-id')})`;
  // As it was sent: dots in an address may lead to another row, or to none.
  const asked = address.pathname.replace(/^\/api\/v1/, '');
  const wrong = breaches({ request: `${method} ${asked}`, status, body: answer });
  if (wrong.length > 0) return wrong.join('; ');
  if (status < 400) return null;
  if (!CODES.has(String(answer.code)) || answer.code === 'NOT_VISIBLE') return `unknown code ${answer.code}`;
  return leakIn(answer.message);
}

/** Half a surrogate pair has no place in an address. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
