import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type Action } from '@/services/authorize';
import { appRouter } from '@/trpc/routers';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../support/app';
import { confirmSetup } from '../support/confirm-setup';

const ACTORS = [
  'anonymous',
  'payer', // the guest whose order it is
  'table mate', // another guest of the same table session
  'other guest', // of another table
  'customer', // whose order it is
  'other customer',
  'staff',
  'owner',
  'other staff', // of another restaurant
  'other owner',
  'admin',
  'service',
] as const;
type ActorName = (typeof ACTORS)[number];

/** What a caller meets: `ok`, or the code of the refusal. */
type Expected = 'ok' | 'UNAUTHORIZED' | 'FORBIDDEN' | 'NOT_FOUND';
type Row = Record<ActorName, Expected>;

const EVERYONE_OK: Row = everyone('ok');
/** Those who may see the payment and everything of it. Strangers learn nothing, not even that it is there. */
const SEES: Row = {
  anonymous: 'UNAUTHORIZED',
  payer: 'ok',
  'table mate': 'ok',
  'other guest': 'NOT_FOUND',
  customer: 'ok',
  'other customer': 'NOT_FOUND',
  staff: 'ok',
  owner: 'ok',
  'other staff': 'NOT_FOUND',
  'other owner': 'NOT_FOUND',
  admin: 'ok',
  service: 'NOT_FOUND',
};
const ONLY_AT_TABLE: Row = {
  ...SEES,
  customer: 'NOT_FOUND',
  staff: 'FORBIDDEN',
  owner: 'FORBIDDEN',
  admin: 'FORBIDDEN',
};
const ADMIN_ONLY: Row = { ...everyone('FORBIDDEN'), anonymous: 'UNAUTHORIZED', admin: 'ok' };
const CUSTOMERS_ONLY: Row = {
  ...everyone('FORBIDDEN'),
  anonymous: 'UNAUTHORIZED',
  customer: 'ok',
  'other customer': 'ok',
};
const SERVICE_ONLY: Row = { ...everyone('FORBIDDEN'), anonymous: 'UNAUTHORIZED', service: 'ok' };

/** The restaurant's own people and the platform's admins. */
const MEMBERS: Row = {
  ...everyone('NOT_FOUND'),
  anonymous: 'UNAUTHORIZED',
  staff: 'ok',
  owner: 'ok',
  admin: 'ok',
};
const OWNERS: Row = { ...MEMBERS, staff: 'FORBIDDEN' };
/** Lists of members' things know no guests at all. */
const NO_GUESTS = {
  payer: 'FORBIDDEN',
  'table mate': 'FORBIDDEN',
  'other guest': 'FORBIDDEN',
  customer: 'FORBIDDEN',
  'other customer': 'FORBIDDEN',
  service: 'FORBIDDEN',
} as const satisfies Partial<Row>;

/**
 * What each procedure answers to each actor, asked about one restaurant's things. `customer` is asked about an order and
 * a payment of their own, everybody else about those of the guest `payer`.
 */
const EXPECTED: Record<string, Row> = {
  'payments.config': EVERYONE_OK,
  'payments.receiptByToken': EVERYONE_OK,
  // Nobody pays as a service; an account is needed to pay.
  'payments.create': { ...SEES, service: 'FORBIDDEN' },
  'payments.get': SEES,
  'payments.receipt': SEES,
  // Only who pays may call it off or change its tip, besides the restaurant.
  'payments.cancel': { ...SEES, 'table mate': 'FORBIDDEN' },
  'payments.changeTip': { ...SEES, 'table mate': 'FORBIDDEN' },
  'payments.retry': { ...SEES, 'table mate': 'FORBIDDEN' },
  // Cards belong to signed-in customers alone, and each to one of them.
  'payments.payWithSavedCard': { ...CUSTOMERS_ONLY, 'other customer': 'NOT_FOUND' },
  'paymentMethods.setupIntent': CUSTOMERS_ONLY,
  'paymentMethods.list': CUSTOMERS_ONLY,
  'paymentMethods.setDefault': { ...CUSTOMERS_ONLY, 'other customer': 'NOT_FOUND' },
  'paymentMethods.remove': { ...CUSTOMERS_ONLY, 'other customer': 'NOT_FOUND' },
  'payments.history': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'payments.trace': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'payments.rawEvent': {
    ...SEES,
    payer: 'FORBIDDEN',
    'table mate': 'FORBIDDEN',
    customer: 'FORBIDDEN',
    staff: 'FORBIDDEN',
  },
  'payments.coveredOrders': SEES,
  'payments.resendReceipt': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  // Asked for the restaurant's list. Guests and customers get their own part of it, which may be empty.
  'payments.list': {
    ...SEES,
    'other guest': 'ok',
    'other customer': 'ok',
    service: 'FORBIDDEN',
  },
  'splits.create': { ...SEES, service: 'FORBIDDEN' },
  'splits.get': SEES,
  'splits.list': { ...SEES, payer: 'NOT_FOUND', 'table mate': 'NOT_FOUND', customer: 'NOT_FOUND' },
  // The restaurant manages a group; who made it may call it off while nobody has paid.
  'splits.changeParticipant': {
    ...SEES,
    payer: 'FORBIDDEN',
    'table mate': 'FORBIDDEN',
    customer: 'FORBIDDEN',
  },
  'splits.remind': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'splits.takeCash': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'splits.cancel': { ...SEES, 'table mate': 'FORBIDDEN' },
  // Money goes back by decision of the restaurant, never of who paid.
  'refunds.create': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'refunds.get': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'refunds.list': {
    ...everyone('FORBIDDEN'),
    anonymous: 'UNAUTHORIZED',
    staff: 'ok',
    owner: 'ok',
    'other staff': 'NOT_FOUND',
    'other owner': 'NOT_FOUND',
    admin: 'ok',
  },
  'disputes.list': {
    ...everyone('FORBIDDEN'),
    anonymous: 'UNAUTHORIZED',
    staff: 'ok',
    owner: 'ok',
    'other staff': 'NOT_FOUND',
    'other owner': 'NOT_FOUND',
    admin: 'ok',
  },
  // Banks ask the restaurant; who paid asked the bank.
  'disputes.get': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'disputes.submitEvidence': {
    ...SEES,
    payer: 'FORBIDDEN',
    'table mate': 'FORBIDDEN',
    customer: 'FORBIDDEN',
  },
  'ledger.trialBalance': OWNERS,
  'payouts.list': OWNERS,
  'payouts.get': OWNERS,
  'payouts.lines': OWNERS,
  'ledger.payment': {
    ...SEES,
    payer: 'FORBIDDEN',
    'table mate': 'FORBIDDEN',
    customer: 'FORBIDDEN',
    staff: 'FORBIDDEN',
  },
  'audit.list': OWNERS,
  'team.list': MEMBERS,
  'system.status': ADMIN_ONLY,
  'reconciliation.start': OWNERS,
  'reconciliation.runs.list': { ...OWNERS, ...NO_GUESTS },
  'reconciliation.runs.get': OWNERS,
  'reconciliation.runs.items': OWNERS,
  'reconciliation.discrepancies.list': { ...OWNERS, ...NO_GUESTS },
  'reconciliation.discrepancies.get': OWNERS,
  'reconciliation.discrepancies.assign': OWNERS,
  'reconciliation.discrepancies.note': OWNERS,
  'reconciliation.discrepancies.link': OWNERS,
  'reconciliation.discrepancies.accept': OWNERS,
  'reconciliation.discrepancies.resolve': OWNERS,
  'reconciliation.discrepancies.reopen': OWNERS,
  // Payouts, and so the bank's lines, mix restaurants.
  'reconciliation.bank.preview': ADMIN_ONLY,
  'reconciliation.bank.import': ADMIN_ONLY,
  'reconciliation.bank.mappings': ADMIN_ONLY,
  'privacy.eraseGuest': { ...ADMIN_ONLY, admin: 'NOT_FOUND' },
  'privacy.eraseCustomer': { ...ADMIN_ONLY, admin: 'NOT_FOUND' },
  'exports.create': MEMBERS,
  'exports.get': MEMBERS,
  'exports.list': MEMBERS,
  'settings.get': MEMBERS,
  'settings.change': OWNERS,
  'tips.report': OWNERS,
  'tips.setPool': OWNERS,
  'analytics.metrics': MEMBERS,
  'analytics.realtime': MEMBERS,
  'analytics.kpis': MEMBERS,
  'analytics.alerts': MEMBERS,
  'analytics.health': MEMBERS,
  'analytics.verify': ADMIN_ONLY,
  'cash.drawer.open': MEMBERS,
  'cash.drawer.current': MEMBERS,
  'cash.drawer.move': MEMBERS,
  'cash.drawer.close': MEMBERS,
  'cash.drawer.list': MEMBERS,
  'cash.drawer.zReport': MEMBERS,
  'cash.drawer.zReports': MEMBERS,
  'payments.changeMethod': { ...SEES, 'table mate': 'FORBIDDEN' },
  'payments.listForOrder': SEES,
  // Nobody says of their own cash that it was received.
  'cash.request': { ...SEES, service: 'FORBIDDEN' },
  'cash.record': {
    ...SEES,
    payer: 'FORBIDDEN',
    'table mate': 'FORBIDDEN',
    customer: 'FORBIDDEN',
    service: 'FORBIDDEN',
  },
  'cash.confirm': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'orders.get': SEES,
  'orders.changeTip': { ...SEES, 'table mate': 'FORBIDDEN' },
  // A table is no customer's, unless they sit at it.
  'tableSessions.pay': { ...SEES, customer: 'NOT_FOUND', service: 'FORBIDDEN' },
  'tableSessions.bill': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.users': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.orders': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.status': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.payments': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.paymentStatus': { ...SEES, customer: 'NOT_FOUND' },
  // Those who sit there ask for more time; the restaurant tells the platform.
  'tableSessions.extend': {
    ...SEES,
    customer: 'NOT_FOUND',
    staff: 'FORBIDDEN',
    owner: 'FORBIDDEN',
    admin: 'FORBIDDEN',
  },
  'tableSessions.list': MEMBERS,
  'tableSessions.figures': MEMBERS,
  // Asked about a table of its own, at which none of the guests sits.
  'tableSessions.close': MEMBERS,
  // The token is in the mail alone.
  'notifications.optOut': EVERYONE_OK,
  'splitCalculations.get': { ...SEES, customer: 'NOT_FOUND' },
  'splitCalculations.lockStatus': { ...SEES, customer: 'NOT_FOUND' },
  // Those who sit there divide their bill; the restaurant only opens what is stuck.
  'splitCalculations.set': ONLY_AT_TABLE,
  'splitCalculations.changeOwn': ONLY_AT_TABLE,
  'splitCalculations.lock': ONLY_AT_TABLE,
  'splitCalculations.unlock': ONLY_AT_TABLE,
  'splitCalculations.recoverLock': ONLY_AT_TABLE,
  'splitCalculations.forceUnlock': {
    ...SEES,
    payer: 'FORBIDDEN',
    'table mate': 'FORBIDDEN',
    customer: 'NOT_FOUND',
  },
  'splitCalculations.cleanupStaleLocks': ADMIN_ONLY,
  'inbox.list': ADMIN_ONLY,
  'inbox.get': ADMIN_ONLY,
  'inbox.lag': ADMIN_ONLY,
  'inbox.replay': ADMIN_ONLY,
  'platform.orders.paymentStates': SERVICE_ONLY,
  'platform.restaurants.sync': SERVICE_ONLY,
  'platform.tables.sync': SERVICE_ONLY,
  'platform.users.sync': SERVICE_ONLY,
  'platform.sessions.sync': SERVICE_ONLY,
  'platform.orders.sync': SERVICE_ONLY,
  'live.payment': SEES,
  'live.order': SEES,
  'live.tableSession': { ...SEES, customer: 'NOT_FOUND' },
  'live.restaurant': MEMBERS,
  'live.admin': ADMIN_ONLY,
  'live.platform': SERVICE_ONLY,
};

const PROCEDURES = procedurePaths();

let app: TestApp;
let service: Client;
let restaurant: SeededRestaurant;
let session: SeededSession;
const clients = {} as Record<ActorName, Client>;
const customerId = `customer-${newKey()}`;

beforeAll(async () => {
  app = await startTestApp();
  service = await app.asService();
  restaurant = await seedRestaurant(service);
  session = await seedSession(service, restaurant);
  const elsewhere = await seedRestaurant(service);
  const otherSession = await seedSession(service, elsewhere);
  Object.assign(clients, {
    anonymous: app.anonymous(),
    payer: app.asGuest(session.guests[0]),
    'table mate': app.asGuest(session.guests[1]),
    'other guest': app.asGuest(otherSession.guests[0]),
    customer: await app.asCustomer(customerId),
    'other customer': await app.asCustomer(`customer-${newKey()}`),
    staff: await app.asStaff(restaurant.staffId),
    owner: await app.asOwner(restaurant.ownerId),
    'other staff': await app.asStaff(elsewhere.staffId),
    'other owner': await app.asOwner(elsewhere.ownerId),
    admin: await app.asAdmin(),
    service,
  } satisfies Record<ActorName, Client>);
});
afterAll(() => app?.stop());

describe('the table of expectations is complete', () => {
  it('has a row for every procedure of the router, and none besides', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...PROCEDURES.keys()].sort());
  });

  it('every procedure names the rule that guards it', () => {
    const without = [...PROCEDURES]
      .filter(([, action]) => !action || !ACTIONS.includes(action))
      .map(([path]) => path);
    expect(without).toEqual([]);
  });
});

describe.each(Object.keys(EXPECTED))('%s', (path) => {
  it.each(ACTORS)('to %s', async (actor) => {
    const call = CALLS[path];
    if (!call) throw new Error(`say in CALLS how to call ${path}`);
    const client = clients[actor];
    const attempt = call(client, await subjectFor(actor, path));
    const expected = EXPECTED[path]?.[actor];
    if (expected === 'ok') await expect(attempt).resolves.toBeDefined();
    else expect((await refusalOf(attempt)).code).toBe(expected);
  });
});

describe('every mutation takes an idempotency key (decision 26)', () => {
  /** Those without, and why a repeat does no harm there. */
  const WITHOUT_KEY: Record<string, string> = {
    'notifications.optOut': 'sets what is set already',
    'reconciliation.bank.preview': 'writes nothing',
    'platform.restaurants.sync': 'a version is applied once',
    'platform.users.sync': 'a version is applied once',
    'platform.tables.sync': 'a version is applied once',
    'platform.sessions.sync': 'a version is applied once',
    'platform.orders.sync': 'a version is applied once',
    // It has a key, which it claims once per lock that is cleared, and here is none.
    'splitCalculations.cleanupStaleLocks': 'clears what is stale and finds it cleared',
  };
  /** The matrix asks these about nobody. */
  const ABOUT_SOMEBODY: typeof CALLS = {
    'privacy.eraseGuest': async (c) => c.privacy.eraseGuest.mutate(await somebodyAtATable()),
    'privacy.eraseCustomer': async (c) => {
      const userId = newKey();
      await service.platform.users.sync.mutate({ users: [{ id: userId, email: null, version: 1 }] });
      return c.privacy.eraseCustomer.mutate({ userId, idempotencyKey: newKey() });
    },
  };
  /** What a repeat may be told while the first is still at it. */
  const IN_PROGRESS: unknown[] = [
    'CREATION_IN_PROGRESS',
    'EVIDENCE_IN_PROGRESS',
    'PROCESSOR_OUTCOME_UNKNOWN',
  ];
  const mutations = [...PROCEDURES.keys()].filter(isMutation);

  it('and each that has none says why', () => {
    const unknown = Object.keys(WITHOUT_KEY).filter((path) => !mutations.includes(path));
    expect(unknown).toEqual([]);
  });

  it.each(mutations.filter((path) => WITHOUT_KEY[path] === undefined))(
    '%s: sixteen at once are one, the repeat is answered, with other input it is refused',
    async (path) => {
      const actor = ACTORS.find((name) => EXPECTED[path]?.[name] === 'ok') ?? 'admin';
      const subject = await subjectFor(actor, path);
      const call = ABOUT_SOMEBODY[path] ?? CALLS[path];
      const { answer, answers, key, repeat } = await recorded(path, async () =>
        call?.(clients[actor], subject),
      );
      expect(answer).toBeDefined();
      const ends = new Set(answers.filter(({ appCode }) => !IN_PROGRESS.includes(appCode)));
      expect([...new Set([...ends].map(({ status, id }) => `${status} ${id}`))]).toHaveLength(1);
      expect([...ends][0]?.status).toBe(200);
      expect(await repeat()).toMatchObject({ status: 200 });
      // As if the same key had come with other input: the key itself, or the key of each step that is made from it.
      const { rowCount } = await app.database.pool.query(
        `UPDATE idempotency_keys SET fingerprint = 'of other input' WHERE key = $1 OR right(key, 43) = $2`,
        [key, createHash('sha256').update(key).digest('base64url')],
      );
      expect(rowCount).toBeGreaterThan(0);
      expect(await repeat()).toMatchObject({ status: 409, appCode: 'IDEMPOTENCY_KEY_REUSED' });
    },
  );
});

describe('a list holds nothing of others', () => {
  it.each(['other guest', 'other customer', 'other staff', 'other owner'] as const)(
    'for %s',
    async (actor) => {
      const { paymentId } = await subjectFor('payer', 'payments.get');
      const page = await clients[actor].payments.list.query({});
      expect(page.items.map((item) => item.id)).not.toContain(paymentId);
    },
  );
});

describe('a refusal does not tell what exists', () => {
  it('another restaurant’s payment and an unknown one get the same answer', async () => {
    const { paymentId } = await subjectFor('payer', 'payments.get');
    const foreign = await refusalOf(clients['other staff'].payments.get.query({ paymentId }));
    const missing = await refusalOf(clients['other staff'].payments.get.query({ paymentId: newKey() }));
    expect(foreign).toEqual(missing);
  });
});

function november() {
  return { restaurantId: restaurant.restaurantId, fromDay: '2026-11-01', toDay: '2026-11-30' };
}

interface Subject {
  orderId: string;
  paymentId: string;
  receiptToken: string;
  groupId?: string;
  participantId?: string;
}

/** How each procedure is called about the subject. */
const CALLS: Record<string, (client: Client, on: Subject) => Promise<unknown>> = {
  'payments.config': (c) => c.payments.config.query(),
  'payments.receiptByToken': (c, on) => c.payments.receiptByToken.query({ token: on.receiptToken }),
  'payments.create': (c, on) => c.payments.create.mutate({ orderId: on.orderId, idempotencyKey: newKey() }),
  'payments.get': (c, on) => c.payments.get.query({ paymentId: on.paymentId }),
  'payments.receipt': (c, on) => c.payments.receipt.query({ paymentId: on.paymentId }),
  'payments.cancel': (c, on) =>
    c.payments.cancel.mutate({ paymentId: on.paymentId, idempotencyKey: newKey() }),
  'payments.changeTip': (c, on) =>
    c.payments.changeTip.mutate({ paymentId: on.paymentId, tipMinor: 100, idempotencyKey: newKey() }),
  'payments.retry': (c, on) => c.payments.retry.mutate({ paymentId: on.paymentId, idempotencyKey: newKey() }),
  'payments.payWithSavedCard': async (c, on) =>
    c.payments.payWithSavedCard.mutate({
      paymentId: on.paymentId,
      savedCardId: await savedCard(),
      idempotencyKey: newKey(),
    }),
  'paymentMethods.setupIntent': (c) => c.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() }),
  'paymentMethods.list': (c) => c.paymentMethods.list.query(),
  'paymentMethods.setDefault': async (c) =>
    c.paymentMethods.setDefault.mutate({ savedCardId: await savedCard(), idempotencyKey: newKey() }),
  'paymentMethods.remove': async (c) =>
    c.paymentMethods.remove.mutate({ savedCardId: await savedCard(), idempotencyKey: newKey() }),
  'payments.history': (c, on) => c.payments.history.query({ paymentId: on.paymentId }),
  'payments.trace': (c, on) => c.payments.trace.query({ paymentId: on.paymentId }),
  'payments.rawEvent': async (c, on) => c.payments.rawEvent.query(await eventOf(on.paymentId)),
  'payments.coveredOrders': (c, on) => c.payments.coveredOrders.query({ paymentId: on.paymentId }),
  'payments.resendReceipt': (c, on) =>
    c.payments.resendReceipt.mutate({ paymentId: on.paymentId, idempotencyKey: newKey() }),
  'payments.list': (c) => c.payments.list.query({ restaurantId: restaurant.restaurantId }),
  'splits.create': (c, on) => c.splits.create.mutate(halves(on.orderId)),
  'splits.get': (c, on) => c.splits.get.query({ groupId: on.groupId ?? '' }),
  'splits.list': (c) => c.splits.list.query({ restaurantId: restaurant.restaurantId }),
  'splits.changeParticipant': (c, on) => c.splits.changeParticipant.mutate({ ...share(on), tipMinor: 1 }),
  'splits.remind': (c, on) => c.splits.remind.mutate(share(on)),
  'splits.takeCash': (c, on) => c.splits.takeCash.mutate(share(on)),
  'splits.cancel': (c, on) => c.splits.cancel.mutate({ groupId: on.groupId ?? '', idempotencyKey: newKey() }),
  'refunds.create': (c, on) =>
    c.refunds.create.mutate({
      paymentId: on.paymentId,
      amountMinor: 1,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    }),
  'payments.changeMethod': (c, on) =>
    c.payments.changeMethod.mutate({ paymentId: on.paymentId, method: 'CASH', idempotencyKey: newKey() }),
  'payments.listForOrder': (c, on) => c.payments.listForOrder.query({ orderId: on.orderId }),
  'cash.request': (c, on) => c.cash.request.mutate({ orderId: on.orderId, idempotencyKey: newKey() }),
  'cash.record': (c, on) => c.cash.record.mutate({ orderId: on.orderId, idempotencyKey: newKey() }),
  'cash.confirm': (c, on) => c.cash.confirm.mutate({ paymentId: on.paymentId, idempotencyKey: newKey() }),
  'orders.get': (c, on) => c.orders.get.query({ orderId: on.orderId }),
  'orders.changeTip': (c, on) =>
    c.orders.changeTip.mutate({ orderId: on.orderId, tipMinor: 100, idempotencyKey: newKey() }),
  'tableSessions.pay': (c) =>
    c.tableSessions.pay.mutate({ ...table(), shareMinor: 100, method: 'CASH', idempotencyKey: newKey() }),
  'tableSessions.bill': (c) => c.tableSessions.bill.query(table()),
  'tableSessions.users': (c) => c.tableSessions.users.query(table()),
  'tableSessions.orders': (c) => c.tableSessions.orders.query(table()),
  'tableSessions.status': (c) => c.tableSessions.status.query(table()),
  'tableSessions.payments': (c) => c.tableSessions.payments.query(table()),
  'tableSessions.paymentStatus': (c) => c.tableSessions.paymentStatus.query(table()),
  'tableSessions.extend': (c) => c.tableSessions.extend.mutate({ ...table(), idempotencyKey: newKey() }),
  'tableSessions.list': (c) => c.tableSessions.list.query({ restaurantId: restaurant.restaurantId }),
  'tableSessions.figures': (c) => c.tableSessions.figures.query({ restaurantId: restaurant.restaurantId }),
  'tableSessions.close': async (c) => {
    const { sessionId } = await seedSession(clients.service, restaurant);
    const input = { tableSessionId: sessionId, reason: 'Matrix', force: true, idempotencyKey: newKey() };
    return c.tableSessions.close.mutate(input);
  },
  'notifications.optOut': async (c) => c.notifications.optOut.mutate({ token: await mailToken() }),
  'refunds.get': async (c, on) => c.refunds.get.query({ refundId: await refundOf(on.paymentId) }),
  'refunds.list': (c) => c.refunds.list.query({ restaurantId: restaurant.restaurantId }),
  'disputes.list': (c) => c.disputes.list.query({ restaurantId: restaurant.restaurantId }),
  'disputes.get': async (c, on) => c.disputes.get.query({ disputeId: await disputeOf(on.paymentId) }),
  'disputes.submitEvidence': async (c, on) =>
    c.disputes.submitEvidence.mutate({
      disputeId: await disputeOf(on.paymentId),
      texts: { uncategorizedText: 'Matrix' },
      idempotencyKey: newKey(),
    }),
  'ledger.trialBalance': (c) => c.ledger.trialBalance.query({ restaurantId: restaurant.restaurantId }),
  'payouts.list': (c) => c.payouts.list.query({ restaurantId: restaurant.restaurantId }),
  'payouts.get': async (c) =>
    c.payouts.get.query({ payoutId: await payout(), restaurantId: restaurant.restaurantId }),
  'payouts.lines': (c) => c.payouts.lines.query({ payoutId: 'po_1', restaurantId: restaurant.restaurantId }),
  'ledger.payment': (c, { paymentId }) => c.ledger.payment.query({ paymentId }),
  'audit.list': (c) => c.audit.list.query({ restaurantId: restaurant.restaurantId }),
  'team.list': (c) => c.team.list.query({ restaurantId: restaurant.restaurantId }),
  'system.status': (c) => c.system.status.query(),
  'reconciliation.start': async (c) =>
    c.reconciliation.start.mutate({
      restaurantId: restaurant.restaurantId,
      ...(await freshDay()),
      idempotencyKey: newKey(),
    }),
  'reconciliation.runs.list': (c) =>
    c.reconciliation.runs.list.query({ restaurantId: restaurant.restaurantId }),
  'reconciliation.runs.get': async (c) =>
    c.reconciliation.runs.get.query({ runId: await reconciliationRun() }),
  'reconciliation.runs.items': async (c) =>
    c.reconciliation.runs.items.query({ runId: await reconciliationRun() }),
  'reconciliation.discrepancies.list': (c) =>
    c.reconciliation.discrepancies.list.query({ restaurantId: restaurant.restaurantId }),
  'reconciliation.discrepancies.get': async (c) =>
    c.reconciliation.discrepancies.get.query({ discrepancyId: (await onDiscrepancy()).discrepancyId }),
  'reconciliation.discrepancies.assign': async (c) =>
    c.reconciliation.discrepancies.assign.mutate({ ...(await onDiscrepancy()), userId: restaurant.ownerId }),
  'reconciliation.discrepancies.note': async (c) =>
    c.reconciliation.discrepancies.note.mutate(await onDiscrepancy()),
  'reconciliation.discrepancies.link': async (c) => {
    const { discrepancyId } = await onDiscrepancy();
    return c.reconciliation.discrepancies.link.mutate({
      ...(await onDiscrepancy()),
      to: { kind: 'DISCREPANCY', discrepancyId },
    });
  },
  'reconciliation.discrepancies.accept': async (c) =>
    c.reconciliation.discrepancies.accept.mutate(await onDiscrepancy()),
  'reconciliation.discrepancies.resolve': async (c) =>
    c.reconciliation.discrepancies.resolve.mutate({ ...(await onDiscrepancy()), by: { kind: 'ELSEWHERE' } }),
  'reconciliation.discrepancies.reopen': async (c) => {
    const on = await onDiscrepancy();
    await clients.admin.reconciliation.discrepancies.accept.mutate({ ...on, idempotencyKey: newKey() });
    return c.reconciliation.discrepancies.reopen.mutate(on);
  },
  'reconciliation.bank.preview': (c) => c.reconciliation.bank.preview.mutate(bankFile()),
  'reconciliation.bank.import': (c) =>
    c.reconciliation.bank.import.mutate({ ...bankFile(), idempotencyKey: newKey() }),
  'reconciliation.bank.mappings': (c) => c.reconciliation.bank.mappings.query(),
  // About nobody: what it does to somebody is in tests/integration/privacy.
  'privacy.eraseGuest': (c) =>
    c.privacy.eraseGuest.mutate({ guestPublicId: newKey(), idempotencyKey: newKey() }),
  'privacy.eraseCustomer': (c) =>
    c.privacy.eraseCustomer.mutate({ userId: newKey(), idempotencyKey: newKey() }),
  'exports.create': (c) =>
    c.exports.create.mutate({
      kind: 'payments',
      filters: { restaurantId: restaurant.restaurantId },
      idempotencyKey: newKey(),
    }),
  'exports.get': async (c) => c.exports.get.query({ exportId: await exportId() }),
  'exports.list': (c) => c.exports.list.query({ restaurantId: restaurant.restaurantId }),
  'settings.get': (c) => c.settings.get.query({ restaurantId: restaurant.restaurantId }),
  'settings.change': (c) => c.settings.change.mutate(onRestaurant()),
  'tips.report': (c) =>
    c.tips.report.query({
      restaurantId: restaurant.restaurantId,
      fromDay: '2026-11-01',
      toDay: '2026-11-30',
    }),
  'tips.setPool': (c) => c.tips.setPool.mutate({ ...onRestaurant(), businessDay: '2026-11-01', members: [] }),
  'analytics.metrics': (c) => c.analytics.metrics.query(november()),
  'analytics.realtime': (c) => c.analytics.realtime.query({ restaurantId: restaurant.restaurantId }),
  'analytics.kpis': (c) => c.analytics.kpis.query(november()),
  'analytics.alerts': (c) => c.analytics.alerts.query({ restaurantId: restaurant.restaurantId }),
  'analytics.health': (c) => c.analytics.health.query({ restaurantId: restaurant.restaurantId }),
  'analytics.verify': (c) => c.analytics.verify.query({ restaurantId: restaurant.restaurantId }),
  'cash.drawer.open': async (c) => {
    await drawerIs('closed');
    return c.cash.drawer.open.mutate({ ...onRestaurant(), floatMinor: 0 });
  },
  'cash.drawer.current': (c) => c.cash.drawer.current.query({ restaurantId: restaurant.restaurantId }),
  'cash.drawer.move': async (c) => {
    await drawerIs('open');
    return c.cash.drawer.move.mutate({
      ...onRestaurant(),
      direction: 'IN',
      amountMinor: 1,
      reason: 'Change',
    });
  },
  'cash.drawer.close': async (c) => {
    await drawerIs('open');
    return c.cash.drawer.close.mutate({ ...onRestaurant(), countedMinor: 0 });
  },
  'cash.drawer.list': (c) => c.cash.drawer.list.query({ restaurantId: restaurant.restaurantId }),
  'cash.drawer.zReport': async (c) => {
    await drawerIs('closed');
    return c.cash.drawer.zReport.mutate(onRestaurant());
  },
  'cash.drawer.zReports': (c) => c.cash.drawer.zReports.query({ restaurantId: restaurant.restaurantId }),
  'splitCalculations.get': async (c) => ({ split: await c.splitCalculations.get.query(table()) }),
  'splitCalculations.lockStatus': (c) => c.splitCalculations.lockStatus.query(table()),
  'splitCalculations.set': async (c) => c.splitCalculations.set.mutate(await percentSplit()),
  'splitCalculations.changeOwn': async (c) => {
    const { type: _, ...on } = await percentSplit();
    return c.splitCalculations.changeOwn.mutate({ ...on, sharePpm: 1 });
  },
  'splitCalculations.lock': async (c) => {
    const { type: _, ...on } = await percentSplit();
    return c.splitCalculations.lock.mutate(on);
  },
  'splitCalculations.unlock': (c) =>
    c.splitCalculations.unlock.mutate({ ...table(), idempotencyKey: newKey() }),
  'splitCalculations.recoverLock': (c) =>
    c.splitCalculations.recoverLock.mutate({ ...table(), idempotencyKey: newKey() }),
  'splitCalculations.forceUnlock': async (c) => {
    const { type: _, ...on } = await percentSplit();
    return c.splitCalculations.forceUnlock.mutate(on);
  },
  'splitCalculations.cleanupStaleLocks': (c) =>
    c.splitCalculations.cleanupStaleLocks.mutate({ idempotencyKey: newKey() }),
  'inbox.list': (c) => c.inbox.list.query({}),
  'inbox.get': async (c) => {
    await app.database.pool.query(
      `INSERT INTO webhook_events (event_id, type, object_id, event_created_at) VALUES ('evt_matrix', 'charge.updated', 'ch_1', now())
       ON CONFLICT DO NOTHING`,
    );
    return c.inbox.get.query({ eventId: 'evt_matrix' });
  },
  'inbox.lag': (c) => c.inbox.lag.query(),
  'inbox.replay': (c) => c.inbox.replay.mutate({ eventIds: ['evt_unknown'], idempotencyKey: newKey() }),
  'platform.orders.paymentStates': (c) => c.platform.orders.paymentStates.query({}),
  'platform.restaurants.sync': (c) =>
    c.platform.restaurants.sync.mutate({
      restaurants: [{ id: newKey(), name: 'R', currency: 'USD', timeZone: 'UTC', version: 1 }],
    }),
  'platform.users.sync': (c) =>
    c.platform.users.sync.mutate({ users: [{ id: newKey(), email: null, version: 1 }] }),
  'platform.tables.sync': (c) =>
    c.platform.tables.sync.mutate({
      tables: [{ id: newKey(), restaurantId: restaurant.restaurantId, name: 'T', version: 1 }],
    }),
  'platform.sessions.sync': (c) =>
    c.platform.sessions.sync.mutate({
      sessions: [
        {
          id: newKey(),
          restaurantId: restaurant.restaurantId,
          tableId: restaurant.tableId,
          code: 'C',
          status: 'ACTIVE',
          expiresAt: new Date(Date.now() + 60_000),
          version: 1,
        },
      ],
    }),
  'platform.orders.sync': (c) =>
    c.platform.orders.sync.mutate({
      orders: [
        {
          id: newKey(),
          restaurantId: restaurant.restaurantId,
          orderNumber: '1',
          status: 'RECEIVED',
          currency: 'USD',
          subtotalMinor: 100,
          placedAt: new Date(),
          version: 1,
        },
      ],
    }),
  'live.payment': (c, { paymentId }) => firstWord((on) => c.live.payment.subscribe({ paymentId }, on)),
  'live.order': (c, { orderId }) => firstWord((on) => c.live.order.subscribe({ orderId }, on)),
  'live.tableSession': (c) => firstWord((on) => c.live.tableSession.subscribe(table(), on)),
  'live.restaurant': (c) =>
    firstWord((on) => c.live.restaurant.subscribe({ restaurantId: restaurant.restaurantId }, on)),
  'live.admin': (c) => firstWord((on) => c.live.admin.subscribe(undefined, on)),
  'live.platform': (c) => firstWord((on) => c.live.platform.subscribe(undefined, on)),
};

interface Heard {
  onData(message: unknown): void;
  onError(error: unknown): void;
}

/** The first message of a subscription, or its refusal. */
function firstWord(subscribe: (heard: Heard) => { unsubscribe(): void }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const subscription = subscribe({
      onData: (message) => {
        subscription.unsubscribe();
        resolve(message);
      },
      onError: reject,
    });
  });
}

/** A card that `customer` has saved. */
async function savedCard(): Promise<string> {
  const before = await clients.customer.paymentMethods.list.query();
  const setup = await clients.customer.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() });
  await confirmSetup(app, setup);
  const cards = await waitFor('the card is in the list', async () => {
    const now = await clients.customer.paymentMethods.list.query();
    return now.length > before.length ? now : null;
  });
  return cards.find((card) => !before.some(({ id }) => id === card.id))?.id ?? '';
}

/** The token of a mail that was sent to the restaurant's staff. */
async function mailToken(): Promise<string> {
  const token = newKey().replaceAll('-', '');
  await app.database.pool.query(
    `INSERT INTO notifications (id, kind, fact_key, restaurant_id, recipient_user_id, opt_out_token, address_key, state, next_attempt_at)
     VALUES ($1, 'DISPUTE_OPENED', $2, $3, $4, $2, 'hash', 'SENT', now())`,
    [newKey(), token, restaurant.restaurantId, restaurant.staffId],
  );
  return token;
}

/** Days that no run was started over. */
let runsStarted = 0;
async function freshDay(): Promise<{ fromDay: string; toDay: string }> {
  const day = new Date(Date.UTC(2025, 0, 1) + runsStarted++ * 86_400_000).toISOString().slice(0, 10);
  return { fromDay: day, toDay: day };
}

async function reconciliationRun(): Promise<string> {
  const input = { restaurantId: restaurant.restaurantId, ...(await freshDay()), idempotencyKey: newKey() };
  return (await clients.admin.reconciliation.start.mutate(input)).id;
}

/** An open discrepancy of the restaurant. */
async function onDiscrepancy() {
  const discrepancyId = newKey();
  await app.database.pool.query(
    `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, description)
     VALUES ($1, $2, $3, 'STATUS_MISMATCH', 'MATRIX', 'LOW', 'Planted')`,
    [discrepancyId, `planted:${discrepancyId}`, restaurant.restaurantId],
  );
  return { discrepancyId, reason: 'Looked into it', idempotencyKey: newKey() };
}

const bankFile = () => ({
  account: 'main',
  file: `Date,Amount,Text\n2026-11-01,1.00,STRIPE ${newKey()}\n`,
  mapping: {
    date: 'Date',
    dateFormat: 'YYYY-MM-DD' as const,
    amount: { kind: 'SIGNED' as const, column: 'Amount' },
    decimalSign: '.' as const,
    currency: { kind: 'FIXED' as const, currency: 'USD' },
    description: 'Text',
  },
});

/** An export of the restaurant's payments, by an admin. */
async function exportId(): Promise<string> {
  const input = { kind: 'payments' as const, filters: { restaurantId: restaurant.restaurantId } };
  madeExport ??= clients.admin.exports.create.mutate({ ...input, idempotencyKey: newKey() });
  return (await madeExport).id;
}
let madeExport: Promise<{ id: string }> | undefined;

const onRestaurant = () => ({ restaurantId: restaurant.restaurantId, idempotencyKey: newKey() });

/** Brings the restaurant's drawer into the state that a call is asked about. */
async function drawerIs(state: 'open' | 'closed'): Promise<void> {
  const { drawer } = clients.admin.cash;
  const isOpen = (await drawer.current.query({ restaurantId: restaurant.restaurantId })) !== null;
  if (state === 'open' && !isOpen) await drawer.open.mutate({ ...onRestaurant(), floatMinor: 0 });
  if (state === 'closed' && isOpen) await drawer.close.mutate({ ...onRestaurant(), countedMinor: 0 });
}

/** A payout with a share of the restaurant's. */
async function payout(): Promise<string> {
  const id = `po_${newKey()}`;
  await app.database.pool.query(
    `INSERT INTO payouts (id, amount, currency, status, is_automatic, reconciliation_status, arrival_at, occurred_at, lines_state)
     VALUES ($1, 100, 'USD', 'paid', TRUE, 'completed', now(), now(), 'KEPT')`,
    [id],
  );
  await app.database.pool.query(
    `INSERT INTO payout_shares (payout_id, line, kind, restaurant_id, amount) VALUES ($1, 1, 'RESTAURANT', $2, 100)`,
    [id, restaurant.restaurantId],
  );
  return id;
}

/** An event that is about the payment. */
async function eventOf(paymentId: string): Promise<{ paymentId: string; eventId: string }> {
  const { events } = await clients.admin.payments.trace.query({ paymentId });
  return { paymentId, eventId: events[0]?.eventId ?? '' };
}

/** A refund of the payment, by an admin. */
async function refundOf(paymentId: string): Promise<string> {
  const input = { paymentId, amountMinor: 1, reason: 'Matrix', idempotencyKey: newKey() };
  return (await clients.admin.refunds.create.mutate(input)).id;
}

/** A dispute of the payment, which nobody has answered; at the processor there is one of the same id. */
async function disputeOf(paymentId: string): Promise<string> {
  const { paymentIntentId } = await clients.admin.payments.get.query({ paymentId });
  const { control } = app.simulator;
  const known = control.state().disputes.find((one) => one.payment_intent === paymentIntentId);
  const open = known ?? control.createDispute({ paymentIntent: paymentIntentId ?? '' });
  await control.waitForDeliveries();
  if (open.status !== 'needs_response') throw new Error(`the dispute is ${open.status}`);
  return open.id;
}

const table = () => ({ tableSessionId: session.sessionId });

/** A split of the table that anybody there may change: what would make it so once more, with a new key. */
async function percentSplit() {
  await newOrder(false);
  const split = () => ({ ...table(), type: 'BY_PERCENTAGE' as const, idempotencyKey: newKey() });
  await clients.payer.splitCalculations.set.mutate(split());
  await clients.staff.splitCalculations.forceUnlock.mutate({ ...table(), idempotencyKey: newKey() });
  return split();
}

/** An order of 27.00 in two shares. */
const halves = (orderId: string) => ({
  orderId,
  parts: [{ amountMinor: 1350 }, { amountMinor: 1350 }],
  idempotencyKey: newKey(),
});

const share = (on: Subject) => ({
  groupId: on.groupId ?? '',
  participantId: on.participantId ?? '',
  idempotencyKey: newKey(),
});

const ON_UNPAID_ORDER = [
  'splits.create',
  'payments.create',
  'cash.request',
  'cash.record',
  'orders.changeTip',
  'tableSessions.pay',
];
const ON_OPEN_PAYMENT = [
  'payments.payWithSavedCard',
  'payments.retry',
  'payments.cancel',
  'payments.changeTip',
  'payments.changeMethod',
];

/** Procedures that change their subject get one of their own; the others share one that is paid. */
async function subjectFor(actor: ActorName, path: string): Promise<Subject> {
  const isCustomers = actor === 'customer';
  const payer = isCustomers ? clients.customer : clients.payer;
  if (ON_UNPAID_ORDER.includes(path))
    return { orderId: await newOrder(isCustomers), paymentId: '', receiptToken: '' };
  if (path.startsWith('splits.')) {
    const orderId = await newOrder(isCustomers);
    const group = await payer.splits.create.mutate(halves(orderId));
    return {
      orderId,
      paymentId: '',
      receiptToken: '',
      groupId: group.id,
      participantId: group.participants[0]?.id ?? '',
    };
  }
  if (ON_OPEN_PAYMENT.includes(path) || path === 'cash.confirm') {
    const orderId = await newOrder(isCustomers);
    const wanted = { orderId, idempotencyKey: newKey() };
    const payment =
      path === 'cash.confirm'
        ? await payer.cash.request.mutate(wanted)
        : await payer.payments.create.mutate(wanted);
    return { orderId, paymentId: payment.id, receiptToken: '' };
  }
  // A dispute would be in the way of the others' refunds.
  if (path === 'disputes.get' || path === 'disputes.submitEvidence') return makePaid(isCustomers);
  return paidSubject(isCustomers);
}

function newOrder(isCustomers: boolean): Promise<string> {
  return seedOrder(
    service,
    restaurant,
    isCustomers ? { customerId } : { session, guestSessionId: session.guests[0] },
  );
}

const paid = new Map<boolean, Promise<Subject>>();

function paidSubject(isCustomers: boolean): Promise<Subject> {
  const making = paid.get(isCustomers) ?? makePaid(isCustomers);
  paid.set(isCustomers, making);
  return making;
}

async function makePaid(isCustomers: boolean): Promise<Subject> {
  const payer = isCustomers ? clients.customer : clients.payer;
  const orderId = await newOrder(isCustomers);
  const payment = await payer.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(app, payment);
  await waitForStatus(payer, payment.id, 'COMPLETED');
  const { url } = await payer.payments.receipt.query({ paymentId: payment.id });
  return { orderId, paymentId: payment.id, receiptToken: url.split('/').at(-1) ?? '' };
}

function isMutation(path: string): boolean {
  const procedures: object = appRouter._def.procedures;
  return Object.entries(procedures).some(([name, { _def }]) => name === path && _def.type === 'mutation');
}

async function somebodyAtATable() {
  const { guests } = await seedSession(service, restaurant);
  const { rows } = await app.database.pool.query('SELECT public_id AS id FROM guest_sessions WHERE id = $1', [
    guests[0],
  ]);
  return { guestPublicId: String(rows[0]?.id), idempotencyKey: newKey() };
}

interface Told {
  status: number;
  appCode: unknown;
  /** Of what was made or changed; null: the answer has none. */
  id: unknown;
}

/** Runs the call sixteen times at once, as one request; keeps its key, and a way to send it once more exactly as it was. */
async function recorded(path: string, call: () => Promise<unknown>) {
  const send = globalThis.fetch;
  let sent: Parameters<typeof fetch> | undefined;
  const answers: Told[] = [];
  globalThis.fetch = async (...request) => {
    if (!String(request[0]).endsWith(`/api/trpc/${path}`)) return send(...request);
    sent = request;
    const responses = await Promise.all(Array.from({ length: 16 }, () => send(...request)));
    answers.push(...(await Promise.all(responses.map((response) => toldBy(response.clone())))));
    const [first = await send(...request)] = responses.toSorted((one, other) => one.status - other.status);
    return first;
  };
  const answer = await call().finally(() => {
    globalThis.fetch = send;
  });
  if (!sent) throw new Error(`${path} was not called`);
  const [url, init] = sent;
  const key: unknown = JSON.parse(String(init?.body)).json.idempotencyKey;
  if (typeof key !== 'string') throw new Error(`${path} was called without a key`);
  // The signal is of the call that is over.
  const repeat = async () => toldBy(await send(url, { ...init, signal: null }));
  return { answer, answers, key, repeat };
}

async function toldBy(response: Response): Promise<Told> {
  const { result, error } = await response.json();
  const data = result?.data?.json;
  return {
    status: response.status,
    appCode: error?.json?.data?.appCode ?? null,
    id: data?.id ?? data?.payment?.id ?? null,
  };
}

/** Every procedure of the router with the rule in its meta. */
function procedurePaths(
  node: object = appRouter._def.procedures,
  prefix = '',
): Map<string, Action | undefined> {
  const found = new Map<string, Action | undefined>();
  for (const [name, value] of Object.entries(node)) {
    const path = `${prefix}${name}`;
    if (typeof value === 'function') found.set(path, value._def.meta?.action);
    else for (const [inner, action] of procedurePaths(value, `${path}.`)) found.set(inner, action);
  }
  return found;
}

function everyone(expected: Expected): Row {
  return Object.fromEntries(ACTORS.map((actor) => [actor, expected])) as Row;
}
