import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  seedOrder,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { customerScene } from '../payment-methods/support';
import { pay, rows, syncSession } from '../payments/support';
import {
  type Group,
  nth,
  type Part,
  payShareOf,
  type SplitScene,
  split,
  splitScene,
  whenState,
} from '../splits/support';
import { allEventsCame, plantPayloads, tablesWith } from './support';

/** What people leave who have no payment of their own: on shares of others, and on shares that are nobody's seat. */
let app: TestApp;
let admin: Client;
/** In everything that the person leaves in this test, and in nothing else. */
let mark: string;

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.asAdmin();
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});
beforeEach(() => {
  mark = `m${newKey().slice(0, 8)}`;
});

const eraseGuest = (guestPublicId: string) =>
  admin.privacy.eraseGuest.mutate({ guestPublicId, idempotencyKey: newKey() });
const eraseCustomer = (userId: string) =>
  admin.privacy.eraseCustomer.mutate({ userId, idempotencyKey: newKey() });

/** A browser that names itself with the mark. */
const browserAt = (scene: SplitScene) =>
  app.with({ 'x-session-id': scene.session.guests[0], 'user-agent': `${mark}/1.0` });

async function browserOf(userId: string, guestSessionId?: string): Promise<Client> {
  return app.with({
    authorization: `Bearer ${await app.token('CUSTOMER', userId)}`,
    'user-agent': `${mark}/1.0`,
    ...(guestSessionId && { 'x-session-id': guestSessionId }),
  });
}

const userId = async (service: Client) => {
  const id = `customer-${mark}`;
  await service.platform.users.sync.mutate({ users: [{ id, email: null, name: null, version: 1 }] });
  return id;
};

/** The platform ties the first guest's seat to an account. */
const seat = (scene: SplitScene, account: string) =>
  syncSession(scene, {
    guests: scene.session.guests.map((guestSessionId, i) => ({
      guestSessionId,
      userId: i === 0 ? account : null,
      joinedAt: new Date(Date.now() - 60_000),
    })),
  });

/** The two others at the table, with names and addresses of their own: 15.00 each. */
const forMates = ({ publicIds }: SplitScene): Part[] =>
  publicIds.slice(1).map((guestPublicId, i) => ({
    guestPublicId,
    amountMinor: 1500,
    name: `Mate ${i} of ${publicIds[0]}`,
    email: `mate-${i}@${publicIds[0]}.example`,
  }));

/** What it holds of the person by the mark: the user's own row names the account by its id. */
const left = async () => (await tablesWith(app, `${mark} `)).concat(await tablesWith(app, `${mark}/1.0`));

const last4Of = async ({ payment }: Group['participants'][number]) =>
  (
    await rows<{ last4: string | null }>(app, 'SELECT card_last4 AS last4 FROM payments WHERE id = $1', [
      payment.id,
    ])
  )[0]?.last4;

async function cancelled(client: Client, group: Group, by = client): Promise<void> {
  await by.splits.cancel.mutate({
    groupId: group.id,
    reason: `${mark} had enough`,
    idempotencyKey: newKey(),
  });
  await whenState(client, group.id, 'CANCELLED');
}

describe('who divided a bill for others and called it off', () => {
  it('leaves neither browser nor reason, as a guest', async () => {
    const scene = await splitScene(app);
    const guest = browserAt(scene);
    await cancelled(guest, await split(guest, scene.orderId, forMates(scene)));
    expect(await left()).toEqual(['payment_audit_clients', 'split_groups', 'payment_audit_clients']);

    await eraseGuest(scene.publicIds[0]);
    expect(await left()).toEqual([]);
    // Whose seats they are, and what the browsers of others were, is theirs.
    expect(await tablesWith(app, scene.publicIds[0])).toContain('split_payment_participants');
  });

  it('leaves neither browser nor reason, as a customer whose seat the platform has not tied to the account', async () => {
    const scene = await splitScene(app);
    const id = await userId(scene.service);
    const customer = await browserOf(id, scene.session.guests[0]);
    await cancelled(customer, await split(customer, scene.orderId, forMates(scene)));
    expect(await left()).not.toEqual([]);

    await eraseCustomer(id);
    expect(await left()).toEqual([]);
    expect(await tablesWith(app, scene.publicIds[0])).toContain('split_payment_participants');
  });

  it('leaves neither browser nor reason, as a guest who was signed in at the table', async () => {
    const scene = await splitScene(app);
    const id = await userId(scene.service);
    await seat(scene, id);
    const customer = await browserOf(id, scene.session.guests[0]);
    await cancelled(customer, await split(customer, scene.orderId, forMates(scene)));
    expect(await left()).not.toEqual([]);

    await eraseGuest(scene.publicIds[0]);
    expect(await left()).toEqual([]);
  });

  it('leaves no reason with what others got back', async () => {
    const scene = await splitScene(app);
    const group = await split(browserAt(scene), scene.orderId, forMates(scene));
    const paid = nth(await scene.mate.splits.get.query({ groupId: group.id }), 0);
    await payShareOf(app, scene.mate, paid);
    await cancelled(scene.mate, group, scene.staff);
    await allEventsCame(app);
    expect(await left()).toContain('payment_refunds');

    await eraseGuest(scene.publicIds[0]);
    expect(await left()).toEqual([]);
    const [refund] = (await scene.staff.refunds.list.query({ paymentId: paid.payment.id })).items;
    expect(refund).toMatchObject({ reason: 'erased', refundMinor: 1500 });
    expect(await last4Of(paid)).toBe('4242');
  });

  it('leaves neither browser nor reason, as somebody who worked there', async () => {
    const scene = await splitScene(app);
    const { staffId } = scene.at;
    const staff = app.with({
      authorization: `Bearer ${await app.token('RESTAURANT_STAFF', staffId)}`,
      'user-agent': `${mark}/1.0`,
    });
    await cancelled(staff, await split(staff, scene.orderId, forMates(scene)));
    expect(await left()).not.toEqual([]);
    await app.database.pool.query('DELETE FROM memberships WHERE user_id = $1', [staffId]);

    await eraseCustomer(staffId);
    expect(await left()).toEqual([]);
    expect(await tablesWith(app, `Mate 0 of ${scene.publicIds[0]}`)).toEqual(['split_payment_participants']);
  });

  it('keeps what another guest of the table wrote about a split of theirs', async () => {
    const scene = await splitScene(app);
    const mate = app.with({ 'x-session-id': scene.session.guests[1], 'user-agent': `${mark}/1.0` });
    const [, second, third] = scene.publicIds;
    const parts = [second, third].map((guestPublicId) => ({ guestPublicId, amountMinor: 1500 }));
    await cancelled(mate, await split(mate, scene.orderId, parts));
    const before = await left();
    await eraseGuest(scene.publicIds[0]);
    expect(await left()).toEqual(before);
  });
});

describe('a share without a seat, which only who divided the bill may pay', () => {
  /** The marked person pays a share of 15.00 that names nobody's seat; the other share is the mate's. */
  async function paid(client: Client, orderId: string, other: Part): Promise<Group> {
    const own = { amountMinor: 1500, name: `${mark} Tester`, email: `${mark}@guests.example` };
    const group = await split(client, orderId, [own, other]);
    const share = nth(group, 0);
    expect(share.payment.clientSecret).toEqual(expect.any(String));
    await payWithCard(app, share.payment);
    await waitFor('the share is paid', async () =>
      nth(await client.splits.get.query({ groupId: group.id }), 0).hasPaid ? true : null,
    );
    await allEventsCame(app);
    const words = { name: `${mark} Tester`, email: `${mark}@guests.example` };
    expect(await plantPayloads(app, share.payment.paymentIntentId ?? '', words)).toBeGreaterThan(0);
    expect(await last4Of(share)).toBe('4242');
    return group;
  }

  it('is forgotten with the guest: card, name, address, and what the processor told', async () => {
    const scene = await splitScene(app);
    const [other] = forMates(scene);
    if (!other) throw new Error('no mate');
    const group = await paid(browserAt(scene), scene.orderId, other);
    const matesShare = nth(await scene.mate.splits.get.query({ groupId: group.id }), 1);
    await payShareOf(app, scene.mate, matesShare);

    await eraseGuest(scene.publicIds[0]);
    expect(await tablesWith(app, mark)).toEqual([]);
    expect(await last4Of(nth(group, 0))).toBeNull();
    // The mate has a seat.
    expect(await last4Of(matesShare)).toBe('4242');
    expect(await tablesWith(app, other.name ?? '-')).toEqual(['split_payment_participants']);
    expect(await tablesWith(app, other.email ?? '-')).toEqual([
      'notifications',
      'split_payment_participants',
    ]);
    const after = await scene.staff.splits.get.query({ groupId: group.id });
    expect(after).toMatchObject({ state: 'COMPLETED', paidMinor: 3000 });
  });

  it('is forgotten with the customer who divided an order of their own, without a table', async () => {
    const scene = await customerScene(app);
    const service = await app.asService();
    const client = await browserOf(scene.userId);
    const orderId = await seedOrder(service, scene.at, { customerId: scene.userId });
    const group = await paid(client, orderId, { amountMinor: 1200, name: `${mark} Friend` });
    expect(await tablesWith(app, mark)).not.toEqual([]);

    await eraseCustomer(scene.userId);
    expect(await tablesWith(app, mark)).toEqual([]);
    expect(await last4Of(nth(group, 0))).toBeNull();
  });

  it('stays when somebody else at the table divided the bill', async () => {
    const scene = await splitScene(app);
    const group = await paid(scene.mate, scene.orderId, { amountMinor: 1500, name: 'Third' });
    await eraseGuest(scene.publicIds[0]);
    expect(await last4Of(nth(group, 0))).toBe('4242');
    expect(await tablesWith(app, `${mark} Tester`)).toEqual([
      'split_payment_participants',
      'webhook_payloads',
    ]);
  });
});

it('a payment that an account made at the guest’s own table is forgotten with the guest', async () => {
  const scene = await splitScene(app);
  // Staff at a table of their own, who pay as staff: neither seat nor customer of the payment.
  await seat(scene, scene.at.staffId);
  const payment = await pay(scene.staff, scene.orderId);
  await payWithCard(app, payment);
  await waitForStatus(scene.staff, payment.id, 'COMPLETED');
  const stored = () =>
    rows(app, 'SELECT customer_id, session_id, card_last4 FROM payments WHERE id = $1', [payment.id]);
  expect(await stored()).toEqual([{ customer_id: null, session_id: null, card_last4: '4242' }]);

  await eraseGuest(scene.publicIds[0]);
  expect(await stored()).toEqual([{ customer_id: null, session_id: null, card_last4: null }]);
});
