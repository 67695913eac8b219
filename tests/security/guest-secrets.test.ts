import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeExports } from '@/services/exports/make';
import { rows } from '../integration/payments/support';
import {
  groupOf,
  guestsTenEach,
  nth,
  type SplitScene,
  split,
  splitScene,
} from '../integration/splits/support';
import {
  type Client,
  newKey,
  payWithCard,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../support/app';

/**
 * A guest's session id opens the guest's payments: it is a secret of that guest, and everybody else knows the guest by the public
 * id (decision 4). After an evening with everything in it, no row, line or answer has it but those that are named here.
 */

let app: TestApp;
let scene: SplitScene;
let admin: Client;
let owner: Client;
/** Of the guest who does everything. */
let secret: string;
let paymentId: string;
let groupId: string;

beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
  scene = await splitScene(app);
  admin = await app.asAdmin();
  owner = await app.asOwner(scene.at.ownerId);
  secret = scene.session.guests[0];
  await evening();
}, 180_000);
afterAll(() => app.stop());

const once = () => ({ idempotencyKey: newKey() });

/** What one guest can do at a table, the restaurant with it, and Stripe. */
async function evening(): Promise<void> {
  const { guest, staff, session, orderId, publicIds } = scene;
  const table = { tableSessionId: session.sessionId };
  // A live split, its lock, a share that is declined, retried, tipped and called off; then one that becomes cash.
  await guest.splitCalculations.set.mutate({
    ...table,
    type: 'EQUAL',
    participants: [...publicIds],
    ...once(),
  });
  await guest.splitCalculations.lock.mutate({ ...table, ...once() });
  await guest.splitCalculations.unlock.mutate({ ...table, ...once() });
  const share = await guest.tableSessions.pay.mutate({ ...table, shareMinor: 1000, ...once() });
  await payWithCard(app, share, 'pm_card_chargeDeclined');
  await waitForStatus(guest, share.id, 'FAILED');
  await guest.payments.retry.mutate({ paymentId: share.id, ...once() });
  await guest.payments.changeTip.mutate({ paymentId: share.id, tipMinor: 100, ...once() });
  await guest.payments.cancel.mutate({ paymentId: share.id, reason: 'Another way', ...once() });
  const other = await guest.tableSessions.pay.mutate({ ...table, shareMinor: 1200, ...once() });
  await guest.payments.changeMethod.mutate({ paymentId: other.id, method: 'CASH', ...once() });
  await guest.payments.cancel.mutate({ paymentId: other.id, ...once() });
  // A fixed split: made, changed, reminded of, called off.
  const first = await split(guest, orderId, guestsTenEach(scene));
  await staff.splits.changeParticipant.mutate({
    groupId: first.id,
    participantId: nth(first, 0).id,
    amountMinor: 1200,
    takenBy: [nth(first, 1).id],
    ...once(),
  });
  await guest.splits.remind
    .mutate({ groupId: first.id, participantId: nth(first, 1).id, ...once() })
    .catch(() => undefined);
  await staff.splits.cancel.mutate({ groupId: first.id, reason: 'One bill', ...once() });
  // Once more, paid by card, refunded in part, disputed.
  const group = await split(guest, orderId, guestsTenEach(scene));
  groupId = group.id;
  const own = nth(await groupOf(guest, group.id), 0).payment;
  paymentId = own.id;
  await payWithCard(app, own);
  await waitForStatus(guest, own.id, 'COMPLETED');
  await staff.splits.takeCash.mutate({ groupId, participantId: nth(group, 1).id, ...once() });
  await staff.refunds.create.mutate({ paymentId, amountMinor: 100, reason: 'Cold soup', ...once() });
  app.simulator.control.createDispute({ paymentIntent: own.paymentIntentId ?? '' });
  await guest.tableSessions.extend.mutate({ ...table, ...once() });
  await app.simulator.control.waitForDeliveries();
}

describe('at rest', () => {
  /** Where it has to be: what the platform tells of the guest, and whose a payment is. Nothing of these columns is handed out. */
  const KEEPS: Record<string, readonly string[]> = {
    guest_sessions: ['id'],
    orders: ['guest_session_id'],
    payments: ['session_id', 'payer_key'],
  };

  test('no other column of any table has it, append-only or not', async () => {
    const tables = await rows<{ name: string }>(
      app,
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    expect(tables.length).toBeGreaterThan(30);
    const found: string[] = [];
    for (const { name } of tables) {
      const hits = await rows<{ column: string }>(
        app,
        `SELECT DISTINCT c.key AS column FROM "${name}" t, jsonb_each_text(to_jsonb(t)) c WHERE strpos(c.value, $1) > 0`,
        [secret],
      );
      found.push(
        ...hits
          .filter(({ column }) => !KEEPS[name]?.includes(column))
          .map(({ column }) => `${name}.${column}`),
      );
    }
    expect(found).toEqual([]);
    const told = await rows(app, 'SELECT 1 FROM outbox_events WHERE payment_id = $1', [paymentId]);
    expect(told.length).toBeGreaterThan(3);
  });

  test('the log has no line with it, and the processor was never told', () => {
    expect(app.logLines.length).toBeGreaterThan(0);
    expect(app.logLines.filter((line) => line.includes(secret))).toEqual([]);
    expect(JSON.stringify(app.simulator.control.state())).not.toContain(secret);
  });
});

/** Every read that shows something of the table, as one actor. */
async function everything(client: Client, role: 'GUEST' | 'STAFF' | 'OWNER'): Promise<string> {
  const { restaurantId } = scene.at;
  const table = { tableSessionId: scene.session.sessionId };
  const group = { groupId };
  const today = new Date().toISOString().slice(0, 10);
  const answers: unknown[] = await Promise.all([
    client.payments.get.query({ paymentId }),
    client.payments.listForOrder.query({ orderId: scene.orderId }),
    client.payments.list.query({ orderId: scene.orderId }),
    client.payments.receipt.query({ paymentId }),
    client.splits.get.query(group),
    client.orders.get.query({ orderId: scene.orderId }),
    client.tableSessions.bill.query(table),
    client.tableSessions.users.query(table),
    client.tableSessions.orders.query(table),
    client.tableSessions.status.query(table),
    client.tableSessions.payments.query(table),
    client.splitCalculations.get.query(table),
    client.splitCalculations.lockStatus.query(table),
  ]);
  if (role !== 'GUEST') {
    answers.push(
      await Promise.all([
        client.payments.history.query({ paymentId }),
        client.payments.trace.query({ paymentId }),
        client.splits.list.query({ restaurantId }),
        client.refunds.list.query({ restaurantId }),
        client.disputes.list.query({ restaurantId }),
        client.tableSessions.list.query({ restaurantId }),
        client.cash.drawer.zReports.query({ restaurantId }),
      ]),
    );
  }
  if (role === 'OWNER') {
    answers.push(await client.ledger.payment.query({ paymentId }));
    answers.push(await client.audit.list.query({ restaurantId }));
    answers.push(await client.tips.report.query({ restaurantId, fromDay: today, toDay: today }));
  }
  return JSON.stringify(answers);
}

describe('answers', () => {
  test.each([
    ['a table mate', () => scene.mate, 'GUEST'],
    ['the guest’s own client, by tRPC', () => scene.guest, 'GUEST'],
    ['staff', () => scene.staff, 'STAFF'],
    ['the owner', () => owner, 'OWNER'],
    ['an admin', () => admin, 'OWNER'],
  ] as const)('to %s name the guest by the public id alone', async (_who, client, role) => {
    const answers = await everything(client(), role);
    expect(answers).toContain(scene.publicIds[0]);
    for (const guestSecret of scene.session.guests) expect(answers).not.toContain(guestSecret);
  });

  test('files for the restaurant do not have it', async () => {
    const { restaurantId } = scene.at;
    for (const kind of ['payments', 'refunds', 'tips', 'ledger'] as const) {
      const day = new Date().toISOString().slice(0, 10);
      const isList = kind === 'payments' || kind === 'refunds';
      const filters = { restaurantId, ...(isList ? {} : { fromDay: day, toDay: day }) };
      const { id } = await owner.exports.create.mutate({ kind, filters, ...once() });
      await makeExports(app.server.app.deps, {});
      const made = await waitFor(`the export of ${kind}`, async () => {
        const one = await owner.exports.get.query({ exportId: id });
        return one.state === 'DONE' || one.state === 'FAILED' ? one : null;
      });
      expect([kind, made.state]).toEqual([kind, 'DONE']);
      const file = await (await fetch(made.url ?? '')).text();
      expect(file.length).toBeGreaterThan(0);
      expect(file).not.toContain(secret);
    }
  });
});

describe('on the existing clients’ wire, where the id is both (decision 4)', () => {
  const read = async (path: string, headers: Record<string, string>) => {
    const answer = await fetch(`${app.url}/api/v1${path}`, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  const paths = () => [
    `/payments/${paymentId}`,
    `/payments/${paymentId}/public`,
    `/payments/split/${groupId}`,
    `/payments/split/${groupId}/status`,
    `/orders/${scene.orderId}`,
    `/orders/${scene.orderId}/payments`,
    `/restaurants/${scene.at.restaurantId}/payments`,
    `/table-sessions/${scene.session.sessionId}/bill`,
    `/table-sessions/${scene.session.sessionId}/users`,
    `/table-sessions/${scene.session.sessionId}/payment-status`,
    `/table-sessions/${scene.session.sessionId}/split-calculation`,
  ];

  test('staff, owner and strangers never get it', async () => {
    const another = await splitScene(app);
    const tokens = await Promise.all([
      app.token('RESTAURANT_STAFF', scene.at.staffId),
      app.token('RESTAURANT_OWNER', scene.at.ownerId),
      app.token('ADMIN', 'admin-1'),
    ]);
    const callers: Record<string, string>[] = [
      ...tokens.map((token) => ({ authorization: `Bearer ${token}` })),
      { 'x-session-id': another.session.guests[0] },
      {},
    ];
    let answered = 0;
    for (const headers of callers) {
      for (const path of paths()) {
        const { status, text } = await read(path, headers);
        if (status === 200) answered += 1;
        for (const guestSecret of scene.session.guests)
          expect([path, text.includes(guestSecret)]).toEqual([path, false]);
      }
    }
    expect(answered).toBeGreaterThan(10);
  });

  test('the guests of the same table do, and the guest’s own client finds its id', async () => {
    const { status, text } = await read(`/payments/${paymentId}`, { 'x-session-id': secret });
    expect([status, JSON.parse(text).data.guestSessionId]).toEqual([200, secret]);
  });
});
