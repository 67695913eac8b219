import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  seedOrder,
  seedRestaurant,
  seedSession,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { disputeEvent, sendWebhook } from '../../support/webhook-sender';
import {
  type MailStage,
  mailsTo,
  notificationsOf,
  openCustomerPayment,
  paidByCustomer,
  startMailStage,
} from './support';

let stage: MailStage;
beforeAll(async () => {
  stage = await startMailStage();
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

test('who paid gets one mail with amount and receipt link', async () => {
  const { email, payment } = await paidByCustomer(stage);
  await stage.send();
  const [mail, ...more] = mailsTo(stage, email);
  expect(more).toEqual([]);
  expect(mail?.from).toBe('receipts@tabsy.example');
  expect(mail?.headers.subject).toContain('$27.00');
  expect(mail?.text).toContain('Chez Test has received $27.00');
  expect(mail?.text).toContain(payment.receiptUrl);
  expect(await notificationsOf(stage, payment.id)).toMatchObject([
    { kind: 'PAYMENT_COMPLETED', state: 'SENT', attempts: 1, last_error: null },
  ]);
});

test('amounts stand in the restaurant’s currency', async () => {
  const at = await seedRestaurant(stage.service, { currency: 'JPY' });
  const { email } = await paidByCustomer(stage, at);
  await stage.send();
  expect(mailsTo(stage, email)[0]?.text).toContain('¥2,700');
});

test('the mail says who it is from, which message it is, and how to stop it with one click', async () => {
  const { email, payment } = await paidByCustomer(stage);
  await stage.send();
  const [mail] = mailsTo(stage, email);
  const [row] = await notificationsOf(stage, payment.id);
  expect(mail?.headers['list-unsubscribe']).toContain(`/n/${row?.opt_out_token}>`);
  expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  expect(mail?.headers['message-id']).toMatch(/^<[\w-]{36}@[\w.]+>$/);
  expect(mail?.headers['auto-submitted']).toBe('auto-generated');
});

test('a failed payment is told once per attempt, in the guest’s words', async () => {
  const { email, payment, client } = await openCustomerPayment(stage);
  for (const _again of [1, 2]) {
    await payWithCard(stage.app, payment, 'pm_card_chargeDeclinedInsufficientFunds');
    await waitForStatus(client, payment.id, 'FAILED');
  }
  await stage.app.simulator.control.waitForDeliveries();
  await stage.send();
  const mails = mailsTo(stage, email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain('Your card has insufficient funds.');
  expect(mails[0]?.text).toContain('You were not charged.');
});

test('a failure that was overtaken by success is not told', async () => {
  const { email, payment, client } = await openCustomerPayment(stage);
  await payWithCard(stage.app, payment, 'pm_card_chargeDeclined');
  await waitForStatus(client, payment.id, 'FAILED');
  await payWithCard(stage.app, payment);
  await waitForStatus(client, payment.id, 'COMPLETED');
  await stage.send();
  expect(mailsTo(stage, email).map((mail) => mail.headers.subject)).toEqual([
    'Your payment of $27.00 at Chez Test',
  ]);
  expect((await notificationsOf(stage, payment.id)).map(({ kind, state }) => [kind, state])).toEqual([
    ['PAYMENT_FAILED', 'SKIPPED'],
    ['PAYMENT_COMPLETED', 'SENT'],
  ]);
});

test('a refund is told with its own amount, each refund once', async () => {
  const { email, payment, client } = await paidByCustomer(stage);
  const staff = await stage.app.asStaff(stage.at.staffId);
  for (const amountMinor of [500, 700]) {
    await staff.refunds.create.mutate({
      paymentId: payment.id,
      amountMinor,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
  }
  await waitFor('both refunds are there', async () => {
    const { refundedMinor } = await client.payments.get.query({ paymentId: payment.id });
    return refundedMinor === 1200;
  });
  await stage.app.simulator.control.waitForDeliveries();
  await stage.send();
  const subjects = mailsTo(stage, email).map((mail) => mail.headers.subject);
  expect(subjects.filter((subject) => subject?.includes('refunded')).sort()).toEqual([
    'Chez Test has refunded $5.00',
    'Chez Test has refunded $7.00',
  ]);
});

test('a dispute is told to owners and staff with an address, each by a mail of their own, with the deadline', async () => {
  const { payment } = await paidByCustomer(stage);
  const { pool } = stage.app.database;
  await pool.query(`UPDATE users SET email = id || '@chez.example' WHERE id = ANY ($1)`, [
    [stage.at.ownerId, stage.at.staffId],
  ]);
  const { rows } = await pool.query('SELECT stripe_charge_id FROM payments WHERE id = $1', [payment.id]);
  const event = disputeEvent({
    intentId: payment.paymentIntentId ?? '',
    chargeId: rows[0].stripe_charge_id,
    amountMinor: 2700,
  });
  await sendWebhook(stage.app, event);
  await sendWebhook(stage.app, { ...event, id: `${event.id}again` });
  await stage.send();
  for (const userId of [stage.at.ownerId, stage.at.staffId]) {
    const mails = mailsTo(stage, `${userId}@chez.example`);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.headers.subject).toContain('$27.00');
    expect(mails[0]?.text).toMatch(/Evidence must be there by \w+ \d+, \d{4}/);
  }
});

test('a guest without an account or an address is told nothing, and nothing is queued', async () => {
  const session = await seedSession(stage.service, stage.at);
  const guest = stage.app.asGuest(session.guests[0]);
  const orderId = await seedOrder(stage.service, stage.at, { session });
  const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(stage.app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  expect(await notificationsOf(stage, payment.id)).toEqual([]);
});

test('an account without an address is skipped, with the reason', async () => {
  const opened = await openCustomerPayment(stage);
  await stage.app.database.pool.query('UPDATE users SET email = NULL WHERE id = $1', [opened.userId]);
  await payWithCard(stage.app, opened.payment);
  await waitForStatus(opened.client, opened.payment.id, 'COMPLETED');
  await stage.send();
  expect(await notificationsOf(stage, opened.payment.id)).toMatchObject([
    { state: 'SKIPPED', last_error: 'no address is known' },
  ]);
});
