import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueNotification } from '@/services/notifications/queue';
import { newKey, payWithCard, seedRestaurant, startTestApp, waitFor, waitForStatus } from '../../support/app';
import { customerWithOrder, type MailStage, mailsTo, openCustomerPayment, startMailStage } from './support';

let stage: MailStage;
beforeAll(async () => {
  stage = await startMailStage();
});
afterAll(() => stage.stop());

test('a fact that is told twice, and by two at once, is queued once', async () => {
  const { payment, email } = await openCustomerPayment(stage);
  const { db } = stage.app.server.app.deps;
  const told = {
    kind: 'SHARE_REMINDER' as const,
    factKey: `share-reminder:${newKey()}`,
    restaurantId: stage.at.restaurantId,
    paymentId: payment.id,
    to: { email },
    now: new Date(),
  };
  await Promise.all([1, 2, 3, 4].map(() => db.transaction((tx) => queueNotification(tx, told))));
  await stage.send();
  const mails = mailsTo(stage, email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain('Your share of $27.00');
});

test('what is rolled back is never told', async () => {
  const { payment, email } = await openCustomerPayment(stage);
  const { db } = stage.app.server.app.deps;
  const undone = db.transaction(async (tx) => {
    await queueNotification(tx, {
      kind: 'SHARE_REMINDER',
      factKey: `share-reminder:${newKey()}`,
      restaurantId: stage.at.restaurantId,
      paymentId: payment.id,
      to: { email },
    });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await stage.send();
  expect(mailsTo(stage, email)).toEqual([]);
});

test('a reminder about a share that was paid meanwhile is not sent', async () => {
  const { payment, email, client } = await openCustomerPayment(stage);
  await payWithCard(stage.app, payment);
  await waitForStatus(client, payment.id, 'COMPLETED');
  await stage.app.server.app.deps.db.transaction((tx) =>
    queueNotification(tx, {
      kind: 'SHARE_REMINDER',
      factKey: `share-reminder:${payment.id}`,
      restaurantId: stage.at.restaurantId,
      paymentId: payment.id,
      to: { email: `share-${email}` },
    }),
  );
  await stage.send();
  expect(mailsTo(stage, `share-${email}`)).toEqual([]);
});

test('a share is told to its participant’s address, before the account’s', async () => {
  const { email, userId, orderId, client } = await customerWithOrder(stage);
  const staff = await stage.app.asStaff(stage.at.staffId);
  await staff.splits.create.mutate({
    orderId,
    parts: [
      { amountMinor: 1350, email: `share-of-${email}`, customerId: userId },
      { amountMinor: 1350, name: 'Somebody' },
    ],
    idempotencyKey: newKey(),
  });
  const { items } = await client.payments.list.query({ orderId });
  const share = items.find((payment) => payment.customerId === userId);
  if (!share) throw new Error('the customer has no share');
  await payWithCard(stage.app, share);
  await waitForStatus(client, share.id, 'COMPLETED');
  await stage.send();
  expect(mailsTo(stage, `share-of-${email}`)[0]?.text).toContain('has received $13.50');
  expect(mailsTo(stage, email)).toEqual([]);
});

test('the worker sends by itself; without a mail server the text is in the development log', async () => {
  const app = await startTestApp({ worker: true, env: { WORKER_POLL_MS: '50', LOG_LEVEL: 'info' } });
  try {
    const service = await app.asService();
    const { client, orderId } = await customerWithOrder(
      { ...stage, app, service },
      await seedRestaurant(service),
    );
    const payment = await client.payments.create.mutate({ orderId, idempotencyKey: newKey() });
    await payWithCard(app, payment);
    const line = await waitFor('the mail is in the log', () =>
      app.logLines.find((text) => text.includes('mail, not sent')),
    );
    expect(line).toContain('has received $27.00');
    await waitFor('it is marked', async () => {
      const { rows } = await app.database.pool.query(
        `SELECT state FROM notifications WHERE payment_id = $1 AND state = 'SENT'`,
        [payment.id],
      );
      return rows.length === 1;
    });
  } finally {
    await app.stop();
  }
});
