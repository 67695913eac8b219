import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Deps } from '@/services/context';
import { finishDetaches } from '@/services/payment-methods/detach';
import { eraseGuest } from '@/services/privacy/erase';
import { repeatErasures } from '@/services/privacy/repeat';
import { systemContext } from '@/services/system-context';
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
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { customerScene, methodsAtProcessor, saveCard } from '../payment-methods/support';
import { pay, rows, syncSession } from '../payments/support';
import {
  allEventsCame as eventsCame,
  plantPayloads as plant,
  publicIdOf as publicIdAt,
  tablesWith as tablesOf,
} from './support';

let app: TestApp;
let admin: Client;
let service: Client;
let at: SeededRestaurant;
let session: SeededSession;

beforeAll(async () => {
  app = await startTestApp();
  [admin, service] = [await app.asAdmin(), await app.asService()];
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const tablesWith = (text: string) => tablesOf(app, text);
const publicIdOf = (guestSessionId: string) => publicIdAt(app, guestSessionId);
const allEventsCame = () => eventsCame(app);
const plantPayloads = (objectId: string, words: { name: string; email: string }) =>
  plant(app, objectId, words);

const nameGuests = (guests: (string | null)[], version: number) =>
  syncSession(
    { app, at, session, service, orderId: '', guest: admin, mate: admin, staff: admin },
    {
      version,
      guests: session.guests.map((guestSessionId, i) => ({
        guestSessionId,
        isHost: i === 0,
        joinedAt: new Date(Date.now() - 60_000),
        name: guests[i] ?? null,
      })),
    },
  );

describe('a guest', () => {
  const NAME = 'Wilhelmina Tester';
  const EMAIL = 'wilhelmina@guests.example';
  const NOTE = 'Wilhelmina changed her mind';
  const AGENT = 'Wilhelmina-Browser/1.0';
  let publicId: string;
  let paymentId: string;
  let receiptToken: string;

  beforeAll(async () => {
    await nameGuests([NAME, 'Somebody Else', null], 2);
    publicId = await publicIdOf(session.guests[0]);
    const orderId = await seedOrder(service, at, { session, guestSessionId: session.guests[0] });
    const guest = app.with({ 'x-session-id': session.guests[0], 'user-agent': AGENT });

    // A split with the guest's own name and somebody's address, called off with a note.
    const group = await guest.splits.create.mutate({
      orderId,
      parts: [
        { amountMinor: 1350, guestPublicId: publicId, name: NAME, email: EMAIL },
        { amountMinor: 1350, name: 'Another', email: 'another@guests.example' },
      ],
      idempotencyKey: newKey(),
    });
    await guest.splits.cancel.mutate({ groupId: group.id, reason: NOTE, idempotencyKey: newKey() });
    await waitFor('the split is cancelled', async () =>
      (await guest.splits.get.query({ groupId: group.id })).state === 'CANCELLED' ? true : null,
    );
    // A payment that was called off, a declined attempt, and one that went through and was partly given back.
    const first = await pay(guest, orderId);
    await guest.payments.cancel.mutate({ paymentId: first.id, reason: NOTE, idempotencyKey: newKey() });
    const payment = await pay(guest, orderId);
    paymentId = payment.id;
    await payWithCard(app, payment, 'pm_card_chargeDeclined');
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    await allEventsCame();
    receiptToken = (await guest.payments.receipt.query({ paymentId })).url.split('/').at(-1) ?? '';
    const staff = await app.asStaff(at.staffId);
    await staff.refunds.create.mutate({
      paymentId,
      amountMinor: 100,
      reason: `Soup of ${NAME}`,
      reduceBill: true,
      idempotencyKey: newKey(),
    });
    // What comes after an erasure is forgotten with its next repeat: a test of its own, below.
    await allEventsCame();
    expect(await plantPayloads(payment.paymentIntentId ?? '', { name: NAME, email: EMAIL })).toBeGreaterThan(
      0,
    );
    const declined = app.simulator.control
      .state()
      .charges.filter((c) => c.payment_intent === payment.paymentIntentId);
    expect(declined.length).toBe(2);
    for (const charge of declined) await plantPayloads(charge.id, { name: NAME, email: EMAIL });
    await app.database.pool.query(
      `INSERT INTO notifications (id, kind, fact_key, restaurant_id, payment_id, recipient_email, opt_out_token, state, next_attempt_at)
       VALUES ($1, 'SHARE_REMINDER', $2, $3, $4, $5, $2, 'DUE', now() + interval '1 day')`,
      [newKey(), newKey(), at.restaurantId, paymentId, EMAIL],
    );
    // What the restaurant wrote to the bank, and about money that did not fit.
    await app.database.pool.query(
      `INSERT INTO disputes (id, payment_id, restaurant_id, charge_id, amount, currency, status, reason, has_evidence, submission_count, opened_at, fact_at, fact_rank)
       VALUES ('dp_wilma', $1, $2, 'ch_wilma', 100, 'USD', 'warning_under_review', 'fraudulent', TRUE, 1, now(), 1, 1)`,
      [paymentId, at.restaurantId],
    );
    await app.database.pool.query(
      `INSERT INTO dispute_evidence (id, dispute_id, texts, files, state, submitted_by, failure_reason, finished_at)
       VALUES ($1, 'dp_wilma', $2, $3, 'SUBMITTED', 'user:owner', $4, now())`,
      [newKey(), { customer_name: NAME }, JSON.stringify([{ fileId: 'file_1', name: `${NAME}.png` }]), NAME],
    );
    const found = newKey();
    await app.database.pool.query(
      `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, description)
       VALUES ($1, 'test:wilma', $2, 'AMOUNT_MISMATCH', 'AMOUNT', 'LOW', $3, 'Something')`,
      [found, at.restaurantId, paymentId],
    );
    await app.database.pool.query(
      `INSERT INTO discrepancy_actions (id, discrepancy_id, action, actor, reason) VALUES ($1, $2, 'NOTED', 'user:owner', $3)`,
      [newKey(), found, `Called ${NAME}`],
    );
    await app.database.pool.query(
      'INSERT INTO staff_call_words (event_id, guest_public_id, words) VALUES ($1, $2, $3)',
      [newKey(), publicId, `${NAME} would like to pay`],
    );
    for (const text of [NAME, EMAIL, NOTE, AGENT]) expect(await tablesWith(text)).not.toEqual([]);
  });

  it('is nowhere in the database after being erased: no name, address, note or browser', async () => {
    const view = await admin.privacy.eraseGuest.mutate({ guestPublicId: publicId, idempotencyKey: newKey() });
    expect(view).toMatchObject({ subjectType: 'GUEST', subjectId: publicId, appliedAt: expect.any(String) });
    for (const text of ['Wilhelmina', 'wilhelmina'])
      expect([text, await tablesWith(text)]).toEqual([text, []]);
    const [card] = await rows<{ last4: string | null }>(
      app,
      'SELECT card_last4 AS last4 FROM payments WHERE id = $1',
      [paymentId],
    );
    expect(card?.last4).toBeNull();
  });

  it('leaves the books and the receipt, without the person', async () => {
    await assertBooksBalance(app.database.pool);
    const receipt = await app.anonymous().payments.receiptByToken.query({ token: receiptToken });
    expect(receipt).toMatchObject({ totalMinor: 2700, refundedMinor: 100, paidWith: 'Card' });
    const staff = await app.asStaff(at.staffId);
    const [refund] = (await staff.refunds.list.query({ paymentId })).items;
    expect(refund).toMatchObject({ refundMinor: 100, reason: 'erased' });
    expect((await staff.payments.history.query({ paymentId })).length).toBeGreaterThan(3);
  });

  it('leaves others at the table as they were', async () => {
    expect(await tablesWith('Somebody Else')).toEqual(['guest_sessions']);
  });

  it('is noted by id, once per wish', async () => {
    const audit = () =>
      rows(
        app,
        `SELECT actor, subject_id FROM audit_log WHERE action = 'privacy.erased' AND subject_id = $1`,
        [publicId],
      );
    expect(await audit()).toEqual([{ actor: 'user:admin-1', subject_id: publicId }]);
    const again = { guestPublicId: publicId, idempotencyKey: newKey() };
    const [a, b] = [
      await admin.privacy.eraseGuest.mutate(again),
      await admin.privacy.eraseGuest.mutate(again),
    ];
    expect(b).toEqual(a);
    expect(await audit()).toHaveLength(2);
  });

  it('stays forgotten when the platform tells the name again', async () => {
    await nameGuests([NAME, 'Somebody Else', null], 3);
    expect(await tablesWith(NAME)).toEqual([]);
    expect(await tablesWith('Somebody Else')).toEqual(['guest_sessions']);
  });

  it('is forgotten again when the processor tells something later', async () => {
    const [{ intent } = { intent: '' }] = await rows<{ intent: string }>(
      app,
      'SELECT payment_intent_id AS intent FROM payments WHERE id = $1',
      [paymentId],
    );
    await plantPayloads(intent, { name: NAME, email: EMAIL });
    expect(await tablesWith(NAME)).toEqual(['webhook_payloads']);
    const later = (ms: number): Deps => ({
      ...app.server.app.deps,
      clock: { now: () => new Date(Date.now() + ms) },
    });
    await repeatErasures(later(0), { forMs: 86_400_000 });
    expect(await tablesWith(NAME)).toEqual(['webhook_payloads']);
    await repeatErasures(later(2 * 3_600_000), { forMs: 86_400_000 });
    expect(await tablesWith(NAME)).toEqual([]);
  });
});

test('a node whose clock is a day behind forgets what was left until now', async () => {
  const orderId = await seedOrder(service, at);
  const staff = await app.asStaff(at.staffId);
  const group = await staff.splits.create.mutate({
    orderId,
    parts: [{ amountMinor: 1350, name: 'Balthasar Late' }, { amountMinor: 1350 }],
    idempotencyKey: newKey(),
  });
  const paymentId = group.participants.find((p) => p.name === 'Balthasar Late')?.payment.id ?? '';
  const { deps } = app.server.app;
  const behind: Deps = { ...deps, clock: { now: () => new Date(Date.now() - 86_400_000) } };
  await eraseGuest(
    { ...systemContext(behind, 'test'), actor: { kind: 'admin', userId: 'admin-1' } },
    { paymentId, idempotencyKey: newKey() },
  );
  expect(await tablesWith('Balthasar')).toEqual([]);
});

test('somebody known by a share’s name alone is erased by the payment', async () => {
  const orderId = await seedOrder(service, at);
  const staff = await app.asStaff(at.staffId);
  const group = await staff.splits.create.mutate({
    orderId,
    parts: [
      { amountMinor: 1350, name: 'Zacharias Nowhere', email: 'zacharias@guests.example' },
      { amountMinor: 1350, name: 'Kept Person' },
    ],
    idempotencyKey: newKey(),
  });
  const paymentId = group.participants.find((p) => p.name === 'Zacharias Nowhere')?.payment.id ?? '';
  await admin.privacy.eraseGuest.mutate({ paymentId, idempotencyKey: newKey() });
  for (const text of ['Zacharias', 'zacharias']) expect([text, await tablesWith(text)]).toEqual([text, []]);
  expect(await tablesWith('Kept Person')).toEqual(['split_payment_participants']);
});

describe('a customer', () => {
  it('is erased with account and saved cards; the processor lets go of them, also when its answer is lost', async () => {
    const scene = await customerScene(app);
    const { userId } = scene;
    const [name, email] = ['Philomena Tester', 'philomena@guests.example'];
    await service.platform.users.sync.mutate({ users: [{ id: userId, email, name, version: 5 }] });
    await saveCard(scene);
    await saveCard(scene, 'pm_card_mastercard');
    for (const { id } of await methodsAtProcessor(scene)) await plantPayloads(id, { name, email });
    const orderId = await seedOrder(service, scene.at, { customerId: userId });
    const payment = await pay(scene.client, orderId);
    await payWithCard(app, payment);
    await waitForStatus(scene.client, payment.id, 'COMPLETED');
    await allEventsCame();
    expect(await tablesWith(email)).not.toEqual([]);

    // The first detachment happens at the processor, and nobody hears of it.
    app.simulator.control.addFault({
      kind: 'lost_answer',
      times: 4,
      method: 'POST',
      pathPattern: '/v1/payment_methods/*/detach',
    });
    await admin.privacy.eraseCustomer.mutate({ userId, idempotencyKey: newKey() });

    for (const text of ['Philomena', 'philomena']) expect([text, await tablesWith(text)]).toEqual([text, []]);
    expect(await scene.client.paymentMethods.list.query()).toEqual([]);
    app.simulator.control.clearFaults();
    await waitFor('the janitor has nothing to do', async () => {
      await app.database.pool.query(
        `UPDATE payment_methods SET detach_started_at = detach_started_at - interval '1 minute'`,
      );
      return (await finishDetaches(app.server.app.deps, { afterSec: 30 })) === 0;
    });
    expect(await methodsAtProcessor(scene)).toEqual([]);
    expect(
      await rows(app, 'SELECT card_last4, card_exp_year FROM payment_methods WHERE customer_id = $1', [
        userId,
      ]),
    ).toEqual([
      { card_last4: null, card_exp_year: null },
      { card_last4: null, card_exp_year: null },
    ]);
    // Told again by the platform, with a newer version.
    await service.platform.users.sync.mutate({ users: [{ id: userId, email, name, version: 9 }] });
    expect(await tablesWith('hilomena')).toEqual([]);
  });

  it('who works for a restaurant is refused', async () => {
    const refused = admin.privacy.eraseCustomer.mutate({ userId: at.ownerId, idempotencyKey: newKey() });
    expect(await refusalOf(refused)).toMatchObject({ code: 'CONFLICT', appCode: 'ERASURE_REFUSED' });
  });
});

describe('is refused', () => {
  it('for nobody that is known', async () => {
    const idempotencyKey = newKey();
    const unknown = [
      () => admin.privacy.eraseCustomer.mutate({ userId: 'nobody', idempotencyKey }),
      () => admin.privacy.eraseGuest.mutate({ guestPublicId: newKey(), idempotencyKey }),
      () => admin.privacy.eraseGuest.mutate({ paymentId: newKey(), idempotencyKey }),
    ];
    for (const call of unknown) expect((await refusalOf(call())).code).toBe('NOT_FOUND');
  });

  it('without a subject, or with two', async () => {
    const idempotencyKey = newKey();
    for (const input of [
      { idempotencyKey },
      { idempotencyKey, paymentId: newKey(), guestPublicId: newKey() },
    ])
      expect((await refusalOf(admin.privacy.eraseGuest.mutate(input))).code).toBe('BAD_REQUEST');
  });

  it('to everybody but admins', async () => {
    for (const client of [await app.asOwner(at.ownerId), await app.asStaff(at.staffId), service])
      expect(
        (await refusalOf(client.privacy.eraseCustomer.mutate({ userId: 'x', idempotencyKey: newKey() })))
          .code,
      ).toBe('FORBIDDEN');
  });
});
