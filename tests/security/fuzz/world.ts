import {
  type Client,
  newKey,
  payWithCard,
  seedOrder,
  seedRestaurant,
  seedSession,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { confirmSetup } from '../../support/confirm-setup';
import type { Known } from './inputs';

/** How a caller proves who they are; empty: not at all. */
export type Credentials = Readonly<Record<string, string>>;

/** A restaurant with something of everything, and those who may ask about it. */
export interface FuzzWorld {
  known: Known;
  callers: Readonly<
    Record<'admin' | 'owner' | 'staff' | 'payer' | 'mate' | 'customer' | 'service' | 'nobody', Credentials>
  >;
}

/** Limits that count requests are tested elsewhere; here they would hide everything behind them. */
export const NO_LIMITS = {
  PAYMENT_RATE_LIMIT_PER_15_MINUTES: '1000000',
  PAYMENT_RATE_LIMIT_PER_HOUR: '1000000',
  PAYMENT_RATE_LIMIT_PER_IP_PER_HOUR: '10000000',
  READ_RATE_LIMIT_PER_MINUTE: '10000000',
  IP_RATE_LIMIT_PER_MINUTE: '10000000',
} as const;

/** Inputs that share one world: what some of them end or erase is there again for the next. */
const WORLD_LASTS = 300;

/** Answers the world for so many inputs more: the same one, until it is worn out. */
export function worldsOf(app: TestApp): (inputs: number) => Promise<FuzzWorld> {
  let world: FuzzWorld | null = null;
  let used = 0;
  return async (inputs) => {
    if (world === null || used > WORLD_LASTS) {
      world = await makeWorld(app);
      used = 0;
    }
    used += inputs;
    return world;
  };
}

export async function makeWorld(app: TestApp): Promise<FuzzWorld> {
  const service = await app.asService();
  const restaurant = await seedRestaurant(service);
  const session = await seedSession(service, restaurant);
  const [payerId, mateId] = session.guests;
  const customerId = `customer-${newKey()}`;
  // Another one each time: nobody may have more than ten exports under way.
  const admin = await app.asAdmin(`admin-${newKey()}`);
  const payer = app.asGuest(payerId);
  const order = (more = {}) => seedOrder(service, restaurant, { session, guestSessionId: payerId, ...more });
  const key = () => ({ idempotencyKey: newKey() });

  const ofCustomer = { customerId, session: undefined, guestSessionId: undefined };
  const unpaid = await Promise.all([
    order(),
    order(),
    order(),
    order(),
    order(ofCustomer),
    order(ofCustomer),
  ]);
  const open = await payer.payments.create.mutate({ orderId: await order(), ...key() });
  const customer = await app.asCustomer(customerId);
  const ofCustomerOpen = await customer.payments.create.mutate({
    orderId: await order(ofCustomer),
    ...key(),
  });
  const cash = await payer.cash.request.mutate({ orderId: await order(), ...key() });
  const paid = await paidPayment(app, payer, await order());
  const refunded = await paidPayment(app, payer, await order());
  const refund = await admin.refunds.create.mutate({
    paymentId: refunded.id,
    amountMinor: 100,
    reason: 'Fuzz',
    ...key(),
  });
  const group = await payer.splits.create.mutate({
    orderId: await order(),
    parts: [{ amountMinor: 1350 }, { amountMinor: 1350, method: 'CASH' }],
    ...key(),
  });
  const { url } = await payer.payments.receipt.query({ paymentId: paid.id });
  const { restaurantId, tableId, staffId, ownerId } = restaurant;
  const at = { restaurantId };
  await admin.cash.drawer.open.mutate({ ...at, floatMinor: 1_000, ...key() });
  const exported = await admin.exports.create.mutate({ kind: 'payments', filters: at, ...key() });
  const run = await admin.reconciliation.start.mutate({
    ...at,
    fromDay: '2026-01-01',
    toDay: '2026-01-02',
    ...key(),
  });
  const discrepancyId = newKey();
  await app.database.pool.query(
    `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, description)
     VALUES ($1, $2, $3, 'STATUS_MISMATCH', 'FUZZ', 'LOW', 'Planted')`,
    [discrepancyId, `planted:${discrepancyId}`, restaurantId],
  );
  const dispute = app.simulator.control.createDispute({ paymentIntent: paid.paymentIntentId ?? '' });
  await app.simulator.control.waitForDeliveries();
  const people = await payer.tableSessions.users.query({ tableSessionId: session.sessionId });
  const setup = await customer.paymentMethods.setupIntent.mutate(key());
  await confirmSetup(app, setup);
  const [card] = await waitFor('the card is in the list', async () => {
    const cards = await customer.paymentMethods.list.query();
    return cards.length > 0 ? cards : null;
  });
  const page = await admin.payments.list.query({ ...at, limit: 1 });
  const shares = group.participants;
  const ids = [restaurantId, tableId, session.sessionId, ...unpaid, ownerId];
  const days = ['2026-01-01', '2026-11-22', '2026-11-23', '2026-02-30'];

  return {
    known: {
      orderId: unpaid,
      paymentId: [open.id, cash.id, paid.id, refunded.id, ofCustomerOpen.id],
      restaurantId: [restaurantId],
      tableId: [tableId],
      tableSessionId: [session.sessionId],
      sessionId: [session.sessionId],
      groupId: [group.id],
      splitGroupId: [group.id],
      participantId: shares.map(({ id }) => id),
      takenBy: shares.map(({ id }) => id),
      guestId: [payerId, mateId],
      guestSessionId: [payerId, mateId],
      guestPublicId: people.users.map(({ publicId }) => publicId),
      participant: [...people.users.map(({ publicId }) => publicId), payerId, mateId],
      key: [...people.users.map(({ publicId }) => publicId), payerId, 'status', 'restaurantId', 'limit'],
      refundId: [refund.id],
      disputeId: [dispute.id],
      savedCardId: [card?.id],
      exportId: [exported.id],
      runId: [run.id],
      discrepancyId: [discrepancyId],
      token: [url.split('/').at(-1), newKey().replaceAll('-', '')],
      payoutId: ['po_1'],
      userId: [customerId, staffId, ownerId],
      customerId: [customerId],
      serverId: [staffId],
      id: ids,
      cursor: [page.nextCursor, `${page.nextCursor}x`, 'eyJ9', Buffer.from('["x"]').toString('base64url')],
      lastEventId: ['0', '1-1', '999999999999999999999', '-1'],
      // The same key for several calls finds answers that were stored, and keys used for something else.
      idempotencyKey: [...Array.from({ length: 40 }, newKey), 'the-same-key-again'],
      currency: [restaurant.currency, 'EUR', 'JPY', 'usd', 'ZZZ', 'KWD'],
      fromDay: days,
      toDay: days,
      businessDay: days,
      timeZone: ['Europe/Zurich', 'UTC', 'Mars/Olympus'],
      locale: ['en-US', 'de-CH', 'xx', 'not a locale'],
      subtotalMinor: [0, 1, 100, 2_500, 99_999_999, 2_147_483_647],
      version: [0, 1, 2, 3, 2_147_483_647, 2_147_483_648, Number.MAX_SAFE_INTEGER],
      amountMinor: [1, 49, 50, 1_350, 2_699, 2_700, 2_701, 2_147_483_647],
      billMinor: [2_700],
      eventId: ['evt_unknown'],
    },
    callers: {
      admin: bearer(await app.token('ADMIN', 'admin-1')),
      owner: bearer(await app.token('RESTAURANT_OWNER', ownerId)),
      staff: bearer(await app.token('RESTAURANT_STAFF', staffId)),
      payer: { 'x-session-id': payerId },
      mate: { 'x-session-id': mateId },
      customer: { ...bearer(await app.token('CUSTOMER', customerId)), 'x-session-id': mateId },
      service: bearer(await app.token('SERVICE', 'platform')),
      nobody: {},
    },
  };
}

async function paidPayment(app: TestApp, payer: Client, orderId: string) {
  const payment = await payer.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(app, payment);
  return waitForStatus(payer, payment.id, 'COMPLETED');
}

function bearer(token: string): Credentials {
  return { authorization: `Bearer ${token}` };
}
