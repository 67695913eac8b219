import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, payWithCard, refusalOf, seedOrder, seedRestaurant, waitForStatus } from '../../support/app';
import { type MailStage, mailsTo, notificationsOf, paidByCustomer, startMailStage } from './support';

let stage: MailStage;
beforeAll(async () => {
  stage = await startMailStage();
});
afterAll(() => stage.stop());

/** A customer who got a mail, and the path of its link. */
async function toldCustomer() {
  const paid = await paidByCustomer(stage);
  await stage.send();
  const token = (await notificationsOf(stage, paid.payment.id))[0]?.opt_out_token ?? '';
  return { ...paid, token, link: `${stage.app.url}/n/${token}` };
}

async function payAgain(customer: Awaited<ReturnType<typeof toldCustomer>>, at = stage.at): Promise<void> {
  const orderId = await seedOrder(stage.service, at, { customerId: customer.userId });
  const payment = await customer.client.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(stage.app, payment);
  await waitForStatus(customer.client, payment.id, 'COMPLETED');
  await stage.send();
}

const told = ({ email }: { email: string }) =>
  stage.smtp.mails.filter((mail) => mail.to.toLowerCase() === email).length;

test('opening the link only asks; the button stops the restaurant’s mails', async () => {
  const customer = await toldCustomer();
  const asked = await fetch(customer.link);
  expect(asked.status).toBe(200);
  expect(asked.headers.get('content-type')).toContain('text/html');
  expect(await asked.text()).toContain('Mails about payments at Chez Test.');
  await payAgain(customer);
  expect(mailsTo(stage, customer.email)).toHaveLength(2);

  const stopped = await fetch(customer.link, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  });
  expect(stopped.status).toBe(200);
  await payAgain(customer);
  expect(mailsTo(stage, customer.email)).toHaveLength(2);
});

test('an opt-out holds for one restaurant, by any account with the address, whatever its case', async () => {
  const customer = await toldCustomer();
  await stage.app.anonymous().notifications.optOut.mutate({ token: customer.token });
  await stage.app.anonymous().notifications.optOut.mutate({ token: customer.token });
  await stage.app.database.pool.query('UPDATE users SET email = upper(email) WHERE id = $1', [
    customer.userId,
  ]);
  await payAgain(customer);
  expect(told(customer)).toBe(1);
  await payAgain(customer, await seedRestaurant(stage.service));
  expect(told(customer)).toBe(2);
});

test('an unknown token is told so, on the page and over tRPC', async () => {
  expect((await fetch(`${stage.app.url}/n/${'x'.repeat(43)}`)).status).toBe(404);
  expect((await fetch(`${stage.app.url}/n/short`, { method: 'POST' })).status).toBe(404);
  const refusal = await refusalOf(
    stage.app.anonymous().notifications.optOut.mutate({ token: 'x'.repeat(43) }),
  );
  expect(refusal).toMatchObject({ code: 'NOT_FOUND', appCode: 'NOT_FOUND' });
  expect((await fetch(`${stage.app.url}/n/x`, { method: 'DELETE' })).status).toBe(405);
});

test('a restaurant’s name is text on the page, never markup', async () => {
  const customer = await toldCustomer();
  await stage.app.database.pool.query(`UPDATE restaurants SET name = '<b>Chez</b>' WHERE id = $1`, [
    stage.at.restaurantId,
  ]);
  expect(await (await fetch(customer.link)).text()).not.toContain('<b>');
  await stage.app.database.pool.query(`UPDATE restaurants SET name = 'Chez Test' WHERE id = $1`, [
    stage.at.restaurantId,
  ]);
});

test('a restaurant that wants no mails to its guests sends none', async () => {
  const at = await seedRestaurant(stage.service);
  await stage.app.database.pool.query(
    `INSERT INTO restaurant_settings (restaurant_id, split_reminders_enabled, guest_notifications_enabled, tip_pool_rule, version)
     VALUES ($1, TRUE, FALSE, 'NONE', 1)`,
    [at.restaurantId],
  );
  const { email, payment } = await paidByCustomer(stage, at);
  await stage.send();
  expect(mailsTo(stage, email)).toEqual([]);
  expect(await notificationsOf(stage, payment.id)).toMatchObject([
    { state: 'SKIPPED', last_error: 'the restaurant sends its guests no mails' },
  ]);
});
