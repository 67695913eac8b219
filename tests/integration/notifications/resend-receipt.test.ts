import { afterAll, beforeAll, expect, test } from 'vitest';
import { resendReceipt } from '@/services/payments/resend-receipt';
import { systemContext } from '@/services/system-context';
import { newKey, payWithCard, refusalOf, seedOrder, seedSession, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  type MailStage,
  mailsTo,
  notificationsOf,
  openCustomerPayment,
  paidByCustomer,
  startMailStage,
} from './support';

const DAY_MS = 86_400_000;

let stage: MailStage;
beforeAll(async () => {
  stage = await startMailStage();
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

const staff = () => stage.app.asStaff(stage.at.staffId);

async function resend(paymentId: string, idempotencyKey = newKey()) {
  return (await staff()).payments.resendReceipt.mutate({ paymentId, idempotencyKey });
}

test('who paid gets the receipt’s mail again, once per click, and the history says who asked', async () => {
  const { email, payment } = await paidByCustomer(stage);
  await stage.send();
  const key = newKey();
  const answers = await Promise.all([resend(payment.id, key), resend(payment.id, key)]);
  expect(answers).toEqual([{ outcome: 'QUEUED' }, { outcome: 'QUEUED' }]);
  await stage.send();
  const mails = mailsTo(stage, email);
  expect(mails).toHaveLength(2);
  expect(mails[1]?.text).toContain(payment.receiptUrl);
  const history = await (await staff()).payments.history.query({ paymentId: payment.id });
  expect(history.filter((entry) => entry.action === 'receipt_sent_again')).toMatchObject([
    { actor: `user:${stage.at.staffId}`, previousStatus: 'COMPLETED', newStatus: 'COMPLETED' },
  ]);
  const { mails: traced } = await (await staff()).payments.trace.query({ paymentId: payment.id });
  expect(traced.map(({ kind, state }) => ({ kind, state }))).toEqual([
    { kind: 'PAYMENT_COMPLETED', state: 'SENT' },
    { kind: 'PAYMENT_COMPLETED', state: 'SENT' },
  ]);
  expect(JSON.stringify(traced)).not.toContain(email);
});

test('three times a day, however many ask at once', async () => {
  const { payment } = await paidByCustomer(stage);
  const asked = await Promise.allSettled(Array.from({ length: 6 }, () => resend(payment.id)));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(await refusalOf(resend(payment.id))).toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    appCode: 'RATE_LIMIT_EXCEEDED',
  });
  expect(await notificationsOf(stage, payment.id)).toHaveLength(4);
});

test('a node whose clock is days ahead sends no more than that a day; one that is behind renews a link too', async () => {
  const { pool } = stage.app.database;
  const onNodeWith = (wrongMs: number, paymentId: string) =>
    resendReceipt(
      { ...systemContext(stage.nodeWith(wrongMs), 'test'), actor: { kind: 'admin', userId: 'admin-1' } },
      { paymentId, idempotencyKey: newKey() },
    );
  const { payment } = await paidByCustomer(stage);
  for (let sent = 0; sent < 3; sent++) await resend(payment.id);
  await expect(onNodeWith(2 * DAY_MS, payment.id)).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });

  const { payment: old } = await paidByCustomer(stage);
  await pool.query(`UPDATE payments SET receipt_expires_at = now() - interval '1 hour' WHERE id = $1`, [
    old.id,
  ]);
  expect(await onNodeWith(-2 * DAY_MS, old.id)).toEqual({ outcome: 'QUEUED' });
  const token = old.receiptUrl?.split('/').at(-1) ?? '';
  const shown = await stage.app.anonymous().payments.receiptByToken.query({ token });
  expect(shown.paymentId).toBe(old.id);
});

test('who has opted out is not written to, and the answer says so', async () => {
  const { email, payment } = await paidByCustomer(stage);
  await stage.send();
  const [first] = await notificationsOf(stage, payment.id);
  await stage.app.anonymous().notifications.optOut.mutate({ token: first?.opt_out_token ?? '' });
  expect(await resend(payment.id)).toEqual({ outcome: 'OPTED_OUT' });
  await stage.send();
  expect(mailsTo(stage, email)).toHaveLength(1);
});

test('a guest without an address cannot be written to', async () => {
  const session = await seedSession(stage.service, stage.at);
  const guest = stage.app.asGuest(session.guests[0]);
  const orderId = await seedOrder(stage.service, stage.at, { session });
  const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(stage.app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  expect(await resend(payment.id)).toEqual({ outcome: 'NO_ADDRESS' });
  expect(await notificationsOf(stage, payment.id)).toEqual([]);
});

test('a restaurant that sends its guests no mails sends none', async () => {
  const { payment } = await paidByCustomer(stage);
  const owner = await stage.app.asOwner(stage.at.ownerId);
  const { restaurantId } = stage.at;
  const set = (isOn: boolean) =>
    owner.settings.change.mutate({ restaurantId, guestNotificationsEnabled: isOn, idempotencyKey: newKey() });
  await set(false);
  expect(await resend(payment.id)).toEqual({ outcome: 'SWITCHED_OFF' });
  await set(true);
  expect(await resend(payment.id)).toEqual({ outcome: 'QUEUED' });
});

test('a link that has expired works again', async () => {
  const { payment } = await paidByCustomer(stage);
  const token = payment.receiptUrl?.split('/').at(-1) ?? '';
  const read = () => stage.app.anonymous().payments.receiptByToken.query({ token });
  await stage.app.database.pool.query(
    `UPDATE payments SET receipt_expires_at = now() - interval '1 day' WHERE id = $1`,
    [payment.id],
  );
  expect(await refusalOf(read())).toMatchObject({ code: 'NOT_FOUND' });
  await resend(payment.id);
  expect((await read()).paymentId).toBe(payment.id);
});

test('there is none before the payment is completed, and none for guests', async () => {
  const { payment, client } = await openCustomerPayment(stage);
  expect(await refusalOf(resend(payment.id))).toMatchObject({ appCode: 'PAYMENT_NOT_COMPLETED' });
  expect(
    await refusalOf(
      client.payments.resendReceipt.mutate({ paymentId: payment.id, idempotencyKey: newKey() }),
    ),
  ).toMatchObject({ appCode: 'FORBIDDEN' });
});
