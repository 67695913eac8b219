import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PLACES } from '@/server/seed-places';
import { newKey, payWithCard, startTestApp, type TestApp, waitFor, waitForStatus } from '../support/app';
import { launchBrowser } from '../support/browser';
import { assertBooksBalance } from '../support/invariants';
import { ensureNextBuild } from '../support/next-build';
import { accessibilityProblems, openPage, PHONE, scrollsSideways, THEMES, textOf } from './support';

/* What the demo's restaurant hears, in a browser: /demo/live. */

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  await ensureNextBuild();
  [app, browser] = await Promise.all([
    startTestApp({ mount: 'next', env: { DEMO_SEED: 'true' } }),
    launchBrowser(),
  ]);
}, 400_000);
afterAll(async () => {
  await browser?.close();
  if (app) await assertBooksBalance(app.database.pool);
  await app?.stop();
});

const { bella, sakura } = DEMO_PLACES;
/** The client tries again ever more slowly. */
const BACK_MS = 120_000;
const GUESTS = { bella: 'Marco', sakura: 'Kenji' } as const;

/** A guest of a demo table pays the own order of one dish. @returns the payment's id */
async function payAt(place: keyof typeof GUESTS): Promise<string> {
  const table = app.server.app.demo?.tables.find((one) => one.restaurantId === DEMO_PLACES[place].id);
  const guestSessionId = table?.guests.find(({ name }) => name === GUESTS[place])?.guestSessionId ?? '';
  await app.server.app.demo?.order(guestSessionId);
  const { rows } = await app.database.pool.query<{ id: string }>(
    'SELECT id FROM orders WHERE guest_session_id = $1 ORDER BY created_at DESC LIMIT 1',
    [guestSessionId],
  );
  const guest = app.asGuest(guestSessionId);
  const payment = await guest.payments.create.mutate({
    orderId: rows[0]?.id ?? '',
    tipMinor: 500,
    idempotencyKey: newKey(),
  });
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  return payment.id;
}

async function openLive(view: Parameters<typeof openPage>[2] = {}) {
  const opened = await openPage(browser, `${app.url}/demo/live`, view);
  await opened.page.getByRole('status').getByText('Live', { exact: true }).waitFor();
  return opened;
}

/** Live events on the page that name the payment, oldest first. */
async function typesOf(page: Page, paymentId: string): Promise<(string | null)[]> {
  const rows = await page.locator('li[data-event]').filter({ hasText: paymentId }).all();
  return (await Promise.all(rows.map((row) => row.getAttribute('data-event')))).reverse();
}

/** What the outbox says that its restaurant must have heard of the payment, oldest first. */
async function toldOf(paymentId: string): Promise<{ types: string[]; ids: string[] }> {
  const { rows } = await app.database.pool.query<{ type: string; event_id: string }>(
    'SELECT type, event_id FROM outbox_events WHERE payment_id = $1 ORDER BY xid, position',
    [paymentId],
  );
  return { types: rows.map(({ type }) => type), ids: rows.map(({ event_id }) => event_id) };
}

/** The way to the server, that can be cut and mended. */
async function openLine(port: string) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const line = createServer((here) => {
    if (isCut) return void here.destroy();
    const there = connect(Number(port), '127.0.0.1');
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.once('close', () => other.destroy());
      one.pipe(other);
    }
  });
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  return {
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      isCut = false;
    },
    close: async () => {
      cut();
      const closed = once(line, 'close');
      line.close();
      await closed;
    },
  };
}

async function expectShown(page: Page, paymentId: string): Promise<void> {
  const told = await toldOf(paymentId);
  expect(told.types).toEqual(
    expect.arrayContaining(['payment:created', 'payment:status_updated', 'payment:completed']),
  );
  await waitFor('the page shows them all', async () => {
    const shown = await typesOf(page, paymentId);
    return shown.length >= told.types.length;
  });
  expect(await typesOf(page, paymentId)).toEqual(told.types);
  const text = await textOf(page.getByRole('list', { name: /^Live events/ }));
  for (const id of told.ids) expect(text.split(id)).toHaveLength(2);
}

describe('the live events of the demo', () => {
  it('a payment appears step by step and in order, with amounts, ids and positions, without a reload', async () => {
    const { page, complaints } = await openLive();
    expect(await page.getByText('Nothing has happened yet').isVisible()).toBe(true);
    let isReloaded = false;
    page.on('framenavigated', () => {
      isReloaded = true;
    });
    const paymentId = await payAt('bella');
    await expectShown(page, paymentId);
    const completed = page.locator('li[data-event="payment:completed"]').filter({ hasText: paymentId });
    const text = await textOf(completed);
    for (const part of ['Completed', 'tip $5.00', `payment ${paymentId}`, 'position ', 'order ', 'UTC'])
      expect(text).toContain(part);
    expect(isReloaded).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('amounts are in the currency of the restaurant that is chosen, and nobody else’s events come', async () => {
    const { page } = await openLive();
    await page.getByLabel('Restaurant').selectOption(sakura.id);
    await page.getByText('Nothing has happened yet').waitFor();
    const [own, other] = [await payAt('sakura'), await payAt('bella')];
    await expectShown(page, own);
    const text = await textOf(page.getByRole('list', { name: /^Live events/ }));
    expect(text).toContain('tip ¥500');
    expect(text).not.toContain(other);
    expect(text).not.toContain('$');
    await page.close();
  });

  it(
    'what happens while the connection is lost comes once it is back, and the page says that it was lost',
    async () => {
      const line = await openLine(new URL(app.url).port);
      const { page } = await openPage(browser, `${line.url}/demo/live`);
      const light = page.getByRole('status').getByText('Live', { exact: true });
      await light.waitFor();
      line.cut();
      await page.getByText('The connection is lost').waitFor();
      const paymentId = await payAt('bella');
      expect(await typesOf(page, paymentId)).toEqual([]);
      line.mend();
      await light.waitFor({ timeout: BACK_MS });
      await expectShown(page, paymentId);
      expect(await page.getByText('The connection is lost').count()).toBe(0);
      await page.close();
      await line.close();
    },
    2 * BACK_MS,
  );

  it.each(THEMES)('fits a phone and has no serious accessibility problem in %s', async (theme) => {
    const { page } = await openLive({ theme, size: PHONE });
    await expectShown(page, await payAt('bella'));
    expect(await scrollsSideways(page)).toBe(false);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });
});

it('a token is for the restaurants of the demo, one at a time', async () => {
  const ask = (restaurantId: string) =>
    fetch(`${app.url}/demo/live/token?restaurantId=${restaurantId}`, { method: 'POST' });
  expect((await ask('somebody-else')).status).toBe(404);
  const { token } = (await (await ask(bella.id)).json()) as { token: string };
  const staff = app.with({ authorization: `Bearer ${token}` });
  await expect(staff.payments.list.query({ restaurantId: sakura.id })).rejects.toMatchObject({
    data: { code: 'NOT_FOUND' },
  });
});
