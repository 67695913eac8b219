import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, seedRestaurant, startTestApp, type TestApp } from '../support/app';
import { firstLoadBytes } from '../support/first-load';
import { ensureNextBuild } from '../support/next-build';

/** What a page answers: itself, the way to the login or to the overview, or that it is not there. */
type Answer = 200 | 404 | 'login' | 'overview';
const VISITORS = ['nobody', 'forged cookie', 'bearer token', 'staff', 'owner', 'admin'] as const;
type Row = Record<(typeof VISITORS)[number], Answer>;

const all = (answer: Answer): Row => Object.fromEntries(VISITORS.map((who) => [who, answer])) as Row;
/** Signed in by the login cookie alone; what they see on it the procedures decide (matrix.test.ts). */
const PEOPLE: Row = { ...all(200), nobody: 'login', 'forged cookie': 'login', 'bearer token': 'login' };
/** Of a thing that is not there, or not theirs: asked with an id that nothing has. */
const OF_A_THING: Row = { ...all(404), nobody: 'login', 'forged cookie': 'login', 'bearer token': 'login' };

/** By the file's folder under src/app, without the groups in brackets. */
const PAGES: Readonly<Record<string, Row>> = {
  '/': all(200),
  '/demo': all(404), // no demo in this server
  '/demo/live': all(404),
  '/r/[token]': all(404),
  '/admin/login': { ...all(200), staff: 'overview', owner: 'overview', admin: 'overview' },
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
  '/admin/second-factor': { ...PEOPLE, staff: 'overview', owner: 'overview', admin: 'overview' },
  '/admin/settings': PEOPLE,
  '/admin/splits': PEOPLE,
  '/admin/system': PEOPLE,
  '/admin/tips': PEOPLE,
  '/admin/webhooks': PEOPLE,
};

/** Route files: doors of src/server, which have matrices of their own, and two helpers of the demo. */
const ROUTES = [
  '/api/auth/[...all]',
  '/api/docs',
  '/api/exports/[...path]',
  '/api/trpc/[trpc]',
  '/api/v1/[...path]',
  '/api/v1/payments/webhooks/stripe',
  '/api/webhooks/stripe',
  '/demo/live/token',
  '/demo/order',
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
beforeAll(async () => {
  await ensureNextBuild();
  app = await startTestApp({ mount: 'next' });
  const restaurant = await seedRestaurant(await app.asService());
  Object.assign(headers, {
    nobody: {},
    'forged cookie': { cookie: `tabsy.session_token=${newKey()}.${'a'.repeat(43)}%3D` },
    'bearer token': { authorization: `Bearer ${await app.token('ADMIN', 'admin-1')}` },
    staff: await signedIn('staff', restaurant.staffId),
    owner: await signedIn('owner', restaurant.ownerId),
    admin: await signedIn('admin', null),
  });
}, 240_000);
afterAll(() => app?.stop());

it('every page and every route file has a rule here', () => {
  expect(Object.keys(PAGES).sort()).toEqual(filesNamed('page.tsx'));
  expect([...ROUTES].sort()).toEqual(filesNamed('route.ts'));
});

describe.each(Object.keys(PAGES))('%s', (pattern) => {
  // The second way is how the browser's router asks for the next page: it must not get around the layout.
  it.each([
    ['opened', {}],
    ['asked for by the router', { rsc: '1' }],
  ])('%s', async (_way, more) => {
    const path = pattern.replace(/\[\w+\]/, newKey());
    const met: Record<string, Answer | number> = {};
    for (const who of VISITORS) met[who] = await answerTo(path, { ...headers[who], ...more });
    expect(met).toEqual(PAGES[pattern]);
  });
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
