import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  newKey,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { launchBrowser } from '../../support/browser';
import { assertBooksBalance } from '../../support/invariants';
import { openPortal, PORTAL, type Portal } from './portal';

const run = promisify(execFile);
const MINUTES_MS = 60_000;

let folder: string;
let app: TestApp;
let restaurant: SeededRestaurant;
let session: SeededSession;
let portal: Portal;
let browser: Browser | undefined;

/** An empty TypeScript project with nothing but the tarball, what its hooks ask for, and the three frontends' examples. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tabsy-frontend-'));
  await run(process.execPath, [
    '--import',
    'tsx',
    'src/cli/build-client.ts',
    '--out',
    join(folder, 'packed'),
  ]);
  const tarball = (await readdir(join(folder, 'packed'))).find((name) => name.endsWith('.tgz'));
  const own = JSON.parse(await readFile('package.json', 'utf8'));
  const version = (name: string) => `${name}@${own.dependencies[name] ?? own.devDependencies[name]}`;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const beside = ['@tanstack/react-query', '@trpc/react-query', 'react', 'react-dom', 'ws'];
  const types = ['@types/react', '@types/react-dom', '@types/node', '@types/ws'];
  await run(
    'npm',
    [
      ...['install', '--prefer-offline', '--no-audit', '--no-fund', `./packed/${tarball}`],
      ...[...beside, ...types].map(version),
    ],
    { cwd: folder, env: bareEnvironment() },
  );
  await cp('docs/examples', folder, { recursive: true });
  await writeFile(join(folder, 'main.tsx'), MAIN);
  await writeFile(join(folder, 'portal.tsx'), PORTAL);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  portal = await openPortal();
  app = await startTestApp({ env: { CORS_ORIGINS: portal.origin } });
  const service = await app.asService();
  restaurant = await seedRestaurant(service);
  session = await seedSession(service, restaurant);
}, 5 * MINUTES_MS);
afterAll(async () => {
  await browser?.close();
  portal?.server.close();
  if (app) {
    await assertBooksBalance(app.database.pool);
    await app.stop();
  }
  await rm(folder, { recursive: true, force: true });
});

it('the tarball holds no code of the server', async () => {
  const root = join(folder, 'node_modules/@tabsy/payments-client');
  const files = (await readdir(root, { recursive: true })).filter((name) => !name.startsWith('examples/'));
  const scripts = files.filter((name) => /\.[cm]?jsx?$/.test(name));
  expect(scripts).toEqual(expect.arrayContaining(['index.js', 'react.js']));
  const code = (await Promise.all(scripts.map((name) => readFile(join(root, name), 'utf8')))).join('\n');
  expect(code).not.toMatch(/prisma|\bpg\b|graphile|ServiceError|process\.env|node:/i);
  expect(code.length).toBeLessThan(10_000);
  expect(files.filter((name) => /prisma|(^|\/)(db|stripe|server|worker)\//.test(name))).toEqual([]);
  const declarations = files.filter((name) => name.endsWith('.d.ts') && !name.startsWith('types/client/'));
  for (const name of declarations)
    expect(await readFile(join(root, name), 'utf8'), name).not.toMatch(/declare function|PrismaClient/);
});

it(
  'an example of each frontend type-checks against it and works with a live server',
  async () => {
    const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
    const errors = await run(process.execPath, [tsc, '--project', folder, '--pretty', 'false']).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
    // tRPC's own declarations of its server adapters do not all check; what is ours must.
    const ours = errors.split('\n').filter((line) => line !== '' && !/node_modules\/@trpc\//.test(line));
    expect(ours).toEqual([]);
    const service = await app.asService();
    const [guestSession] = session.guests;
    const order = () => seedOrder(service, restaurant, { session, guestSessionId: guestSession });
    const input = {
      url: app.url,
      simulatorUrl: app.simulator.url,
      publishableKey: app.env.stripe.publishableKey,
      restaurantId: restaurant.restaurantId,
      guestSession,
      staffToken: await app.token('RESTAURANT_STAFF', restaurant.staffId),
      adminToken: await app.token('ADMIN', 'admin-1'),
      cardOrderId: await order(),
      cashOrderId: await order(),
    };
    const { stdout } = await run(process.execPath, [join(folder, 'out/main.js'), JSON.stringify(input)], {
      env: bareEnvironment(),
      timeout: MINUTES_MS,
    });
    expect(JSON.parse(stdout)).toEqual({
      hasReceipt: true,
      seen: ['read anew', 'CARD 3000 USD: paid', 'CASH 2700 USD: paid'],
      cash: ['COMPLETED', 'COMPLETED'],
      refused: 'This bill is paid: nothing is due.',
      admin: '<p>Loading payments</p>',
    });
  },
  2 * MINUTES_MS,
);

it(
  'the example of the admin portal lists, refunds and follows payments in a browser, from an origin of its own',
  async () => {
    const service = await app.asService();
    const at = await seedRestaurant(service);
    const orders = [await seedOrder(service, at, {}), await seedOrder(service, at, {})];
    const staff = await app.asStaff(at.staffId);
    const takeCash = (orderId = '') => staff.cash.record.mutate({ orderId, idempotencyKey: newKey() });
    const paid = await takeCash(orders[0]);
    await portal.bundle(join(folder, 'portal.tsx'));
    portal.settings = { url: app.url, token: await app.token('ADMIN', 'admin-1') };

    browser = await launchBrowser();
    const page = await browser.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    await page.goto(portal.origin);
    const lines = page.locator('li', { hasText: '2700 USD' });
    await lines.filter({ hasText: 'COMPLETED' }).first().waitFor();
    const before = await lines.count();
    // One more is paid while the page is open: the subscription tells, nobody reloads.
    await takeCash(orders[1]);
    await lines.nth(before).waitFor();
    await lines.last().getByRole('button', { name: 'Refund' }).click();
    await page.locator('li', { hasText: ' REFUNDED' }).waitFor();
    const refunded = await (await app.asAdmin()).payments.list.query({ status: ['REFUNDED'] });
    expect(refunded.items).toHaveLength(1);
    expect(await page.locator('li', { hasText: ' REFUNDED' }).count()).toBe(1);
    expect(paid.status).toBe('COMPLETED');
    expect(wrong).toEqual([]);
  },
  2 * MINUTES_MS,
);

/** What `npm run` sets for its children would point npm at this project. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_|VITEST)/.test(name));
  return Object.fromEntries(kept) as unknown as NodeJS.ProcessEnv;
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'nodenext',
    jsx: 'react-jsx',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    // The declarations of the tarball are checked too.
    skipLibCheck: false,
    types: ['node'],
    outDir: 'out',
    rootDir: '.',
  },
  files: ['main.tsx', 'portal.tsx', 'customer.ts', 'dashboard.ts', 'admin.tsx'],
};

/** Plays all three frontends. */
const MAIN = `
import { createPaymentsClient } from '@tabsy/payments-client';
import { renderToString } from 'react-dom/server';
import { WebSocket as NodeSocket } from 'ws';
import { AdminPayments } from './admin.js';
import { explain, payOrder } from './customer.js';
import { openDashboard, takeCash, watchPayments } from './dashboard.js';

const input = JSON.parse(process.argv[2] ?? '{}') as Record<string, string> & { url: string; guestSession: string };
const WebSocket = NodeSocket as unknown as typeof globalThis.WebSocket;
const guest = { url: input.url, guestSession: input.guestSession, WebSocket };
const text = (name: string) => input[name] ?? '';

const seen: string[] = [];
const dashboard = openDashboard({ url: input.url, token: async () => text('staffToken'), WebSocket });
const watching = await new Promise<{ unsubscribe(): void }>((resolve) => {
  const subscription = watchPayments(dashboard, text('restaurantId'), (line) => seen.push(line), () => {
    seen.push('read anew');
    resolve(subscription);
  });
});

const receiptUrl = await payOrder(guest, text('cardOrderId'), 300, async ({ paymentIntentId, clientSecret }) => {
  await fetch(\`\${input.simulatorUrl}/v1/payment_intents/\${paymentIntentId}/confirm\`, {
    method: 'POST',
    headers: { authorization: \`Bearer \${input.publishableKey}\` },
    body: new URLSearchParams({ client_secret: clientSecret ?? '', payment_method: 'pm_card_visa' }),
  });
});
const client = createPaymentsClient(guest);
const asked = await client.cash.request.mutate({ orderId: text('cashOrderId') });
const cash = [
  await takeCash(dashboard, asked.id, 'one-press-of-staff'),
  await takeCash(dashboard, asked.id, 'one-press-of-staff'),
];
const refused = await client.payments.create.mutate({ orderId: text('cardOrderId') }).then(() => '', explain);
while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
watching.unsubscribe();
const admin = renderToString(<AdminPayments url={input.url} token={() => text('adminToken')} />);
const hasReceipt = /\\/r\\/\\S+$/.test(receiptUrl);
console.log(JSON.stringify({ hasReceipt, seen, cash, refused, admin }));
process.exit(0);
`;
