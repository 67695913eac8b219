import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  newKey,
  payWithCard,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../support/app';
import { firstLoadBytes } from '../support/first-load';
import { ensureNextBuild } from '../support/next-build';

/** What a page answers: itself, the way to the login or to the overview, or that it is not there. */
type Answer = 200 | 404 | 'login' | 'overview';
const VISITORS = [
  'nobody',
  'forged cookie',
  'bearer token',
  'staff',
  'owner',
  'other staff', // of another restaurant
  'other owner',
  'admin',
] as const;
type Row = Record<(typeof VISITORS)[number], Answer>;

const all = (answer: Answer): Row => Object.fromEntries(VISITORS.map((who) => [who, answer])) as Row;
/** Signed in by the login cookie alone; what they see on it the procedures decide (matrix.test.ts). */
const PEOPLE: Row = { ...all(200), nobody: 'login', 'forged cookie': 'login', 'bearer token': 'login' };
/** Who is signed in need not sign in. */
const OVERVIEW: Row = {
  ...all('overview'),
  nobody: 200,
  'forged cookie': 200,
  'bearer token': 200,
};
/** Asked with an id that nothing has; with those of real things below. */
const OF_A_THING: Row = { ...all(404), nobody: 'login', 'forged cookie': 'login', 'bearer token': 'login' };

/** By the file's folder under src/app, without the groups in brackets. */
const PAGES: Readonly<Record<string, Row>> = {
  '/': all(200),
  '/demo': all(404), // no demo in this server
  '/demo/live': all(404),
  '/r/[token]': all(404),
  '/admin/login': OVERVIEW,
  '/admin': PEOPLE,
  '/admin/account': PEOPLE,
  '/admin/audit': PEOPLE,
  '/admin/cash': PEOPLE,
  '/admin/disputes': PEOPLE,
  '/admin/disputes/[disputeId]': OF_A_THING,
  '/admin/payments': PEOPLE,
  '/admin/payments/[paymentId]': OF_A_THING,
  '/admin/payouts': PEOPLE,
  '/admin/reconciliation': PEOPLE,
  '/admin/reconciliation/[discrepancyId]': OF_A_THING,
  '/admin/refunds': PEOPLE,
  // For people whom the restaurant or the platform asks for one: nobody here is.
  '/admin/second-factor': {
    ...all('overview'),
    nobody: 'login',
    'forged cookie': 'login',
    'bearer token': 'login',
  },
  '/admin/settings': PEOPLE,
  '/admin/splits': PEOPLE,
  '/admin/system': PEOPLE,
  '/admin/tips': PEOPLE,
  '/admin/webhooks': PEOPLE,
};

/** Another restaurant's thing is not there, like one that nobody has. */
const OF_THE_HOUSE: Row = { ...PEOPLE, 'other staff': 404, 'other owner': 404 };

/** Pages of one thing, asked with the id of one that is there. */
const THINGS: Readonly<Record<string, Row>> = {
  '/admin/disputes/[disputeId]': OF_THE_HOUSE,
  '/admin/payments/[paymentId]': OF_THE_HOUSE,
  // The house's staff get the page, which says that it is the owner's: the procedure refuses (matrix.test.ts).
  '/admin/reconciliation/[discrepancyId]': OF_THE_HOUSE,
  // Whoever has the link.
  '/r/[token]': all(200),
};

/** Helpers of the demo's pages: not there in this server. */
const OF_DEMO = ['/demo/live/token', '/demo/order'];

/** Route files: the others mount the doors of src/server, each with its rule in doors.test.ts. */
const ROUTES = [
  ...OF_DEMO,
  '/api/auth/[...all]',
  '/api/docs',
  '/api/exports/[...path]',
  '/api/trpc/[trpc]',
  '/api/v1/[...path]',
  '/api/v1/payments/webhooks/stripe',
  '/api/webhooks/stripe',
  '/health',
  '/live',
  '/metrics',
  '/n/[token]',
  '/ready',
];

const filesNamed = (name: string) =>
  readdirSync('src/app', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.split('/').at(-1) === name)
    .map((path) => `/${path.replace(/\([^)]*\)\//g, '').slice(0, -name.length)}`.replace(/(.)\/$/, '$1'))
    .sort();

let app: TestApp;
const headers = {} as Record<(typeof VISITORS)[number], Record<string, string>>;
/** What stands for the part in brackets of each page. */
const ids: Record<string, string> = {};
beforeAll(async () => {
  await ensureNextBuild();
  app = await startTestApp({ mount: 'next' });
  const restaurant = await seedRestaurant(await app.asService());
  const elsewhere = await seedRestaurant(await app.asService());
  Object.assign(ids, await thingsOf(restaurant));
  Object.assign(headers, {
    nobody: {},
    'forged cookie': { cookie: `tabsy.session_token=${newKey()}.${'a'.repeat(43)}%3D` },
    'bearer token': { authorization: `Bearer ${await app.token('ADMIN', 'admin-1')}` },
    staff: await signedIn('staff', restaurant.staffId),
    owner: await signedIn('owner', restaurant.ownerId),
    'other staff': await signedIn('staff', elsewhere.staffId),
    'other owner': await signedIn('owner', elsewhere.ownerId),
    admin: await signedIn('admin', null),
  });
}, 240_000);
afterAll(() => app?.stop());

it('every page and every route file has a rule here', () => {
  expect(Object.keys(PAGES).sort()).toEqual(filesNamed('page.tsx'));
  expect([...ROUTES].sort()).toEqual(filesNamed('route.ts'));
  const ofThings = Object.keys(PAGES).filter((pattern) => pattern.includes('['));
  expect(Object.keys(THINGS).sort()).toEqual(ofThings.sort());
});

// The second way is how the browser's router asks for the next page: it must not get around the layout.
describe.each([
  ['opened', {}],
  ['asked for by the router', { rsc: '1' }],
])('%s', (_way, more) => {
  it.each(Object.keys(PAGES))('%s', async (pattern) => {
    expect(await metAt(pattern.replace(/\[\w+\]/, newKey()), more)).toEqual(PAGES[pattern]);
  });

  it.each(Object.keys(THINGS))('%s of a thing that is there', async (pattern) => {
    const path = pattern.replace(/\[(\w+)\]/, (_, name: string) => ids[name] ?? 'none');
    expect(await metAt(path, more)).toEqual(THINGS[pattern]);
  });
});

it.each(OF_DEMO)('%s answers nobody where there is no demo', async (path) => {
  const { restaurantId, guestSessionId = '' } = ids;
  const url = `${app.url}${path}?restaurantId=${restaurantId}`;
  for (const who of VISITORS) {
    const sent = { 'x-session-id': guestSessionId, ...headers[who] };
    expect((await fetch(url, { method: 'POST', headers: sent })).status).toBe(404);
  }
});

it('a stranger’s way to the login leads back to where they were, whatever they say of it themselves', async () => {
  const wayOf = async (path: string, sent: Record<string, string> = {}) => {
    const response = await fetch(`${app.url}${path}`, { headers: sent, redirect: 'manual' });
    const { origin, pathname, searchParams } = new URL(response.headers.get('location') ?? '', app.url);
    expect([response.status, origin, pathname]).toEqual([307, app.url, '/admin/login']);
    return searchParams.get('next');
  };
  expect(await wayOf('/admin')).toBeNull();
  const shared = '/admin/payments?status=FAILED&q=caf%C3%A9%20%26';
  expect(await wayOf(shared)).toBe(shared);
  expect(await wayOf(shared, { 'x-page-address': 'https://evil.example/' })).toBe(shared);
  expect(await wayOf('/admin/tips?x=//evil.example')).toBe('/admin/tips?x=//evil.example');
});

it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/admin/\n/evil.example', '/demo'])(
  'who is signed in is not sent from the login to %j',
  async (next) => {
    const url = `${app.url}/admin/login?next=${encodeURIComponent(next)}`;
    const response = await fetch(url, { headers: headers.owner, redirect: 'manual' });
    expect(new URL(response.headers.get('location') ?? '', app.url).href).toBe(`${app.url}/admin`);
  },
);

it('no admin page has more than 250 kB of script to load before it works', async () => {
  const heavy: string[] = [];
  for (const path of Object.keys(PAGES).filter((one) => one.startsWith('/admin') && !one.includes('['))) {
    const page = await fetch(`${app.url}${path}`, { headers: headers.admin });
    const bytes = await firstLoadBytes(await page.text());
    if (bytes > 250_000) heavy.push(`${path}: ${bytes} bytes`);
  }
  expect(heavy).toEqual([]);
});

async function metAt(path: string, more: object): Promise<Record<string, Answer | number>> {
  const met: Record<string, Answer | number> = {};
  for (const who of VISITORS) met[who] = await answerTo(path, { ...headers[who], ...more });
  return met;
}

/** A paid and disputed payment of the restaurant with its receipt, and a discrepancy. */
async function thingsOf(at: SeededRestaurant): Promise<Record<string, string>> {
  const service = await app.asService();
  const session = await seedSession(service, at);
  const [guestSessionId] = session.guests;
  const guest = app.asGuest(guestSessionId);
  const orderId = await seedOrder(service, at, { session, guestSessionId });
  const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(app, payment, 'pm_card_createDispute');
  await waitForStatus(guest, payment.id, 'COMPLETED');
  const owner = await app.asOwner(at.ownerId);
  app.simulator.control.runScheduled();
  const disputeId = await waitFor('the dispute is here', async () => {
    const { items } = await owner.disputes.list.query({ paymentId: payment.id });
    return items[0]?.id ?? null;
  });
  const discrepancyId = crypto.randomUUID();
  await app.database.pool.query(
    `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, description)
     VALUES ($1::uuid, $1::text, $2, 'DUPLICATE_PAYMENT', 'ANOTHER_INTENT', 'CRITICAL', $3, $4, 'A second intent took money.')`,
    [discrepancyId, at.restaurantId, payment.id, orderId],
  );
  const { url } = await owner.payments.receipt.query({ paymentId: payment.id });
  const token = new URL(url ?? '').pathname.split('/').at(-1) ?? '';
  return {
    paymentId: payment.id,
    disputeId,
    discrepancyId,
    token,
    restaurantId: at.restaurantId,
    guestSessionId,
  };
}

/** A page that is being sent already says in its content where to go, or that there is nothing. */
async function answerTo(path: string, sent: Record<string, string>): Promise<Answer | number> {
  const response = await fetch(`${app.url}${path}`, { headers: sent, redirect: 'manual' });
  const location = response.headers.get('location') ?? '';
  const text = await response.text();
  // The router's requests carry a mark of what they ask for in their address; without it they are sent on to have one.
  if (response.status === 307 && location.includes('_rsc') && !path.includes('_rsc')) {
    const { pathname, search } = new URL(location, app.url);
    return answerTo(pathname + search, sent);
  }
  if (location.includes('/admin/login') || /NEXT_REDIRECT;[^"]*\/admin\/login/.test(text)) return 'login';
  if (location.endsWith('/admin') || /NEXT_REDIRECT;[^"]*\/admin;/.test(text)) return 'overview';
  return response.status === 404 || text.includes('NEXT_HTTP_ERROR_FALLBACK;404') ? 404 : response.status;
}

async function signedIn(role: 'staff' | 'owner' | 'admin', platformUserId: string | null) {
  const email = `${role}-${newKey()}@example.com`;
  const password = 'correct-horse-battery';
  await app.server.app.login.savePerson({ email, name: 'Ada', password, role, platformUserId });
  const response = await fetch(`${app.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { origin: app.url, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return { cookie };
}
