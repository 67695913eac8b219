import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

test('a guest pays an order by card: intent, confirmation, webhook, ledger, order state and receipt agree', async () => {
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const session = await seedSession(service, at);
  const orderId = await seedOrder(service, at, { session });
  const guest = app.asGuest(session.guests[0]);

  const created = await guest.payments.create.mutate({
    orderId,
    tipMinor: 500,
    billMinor: 2700,
    idempotencyKey: newKey(),
  });
  expect(created).toMatchObject({
    status: 'PENDING',
    subtotalMinor: 2500,
    taxMinor: 200,
    tipMinor: 500,
    totalMinor: 3200,
    currency: 'USD',
  });
  expect(created.clientSecret).toMatch(/_secret_/);

  expect((await payWithCard(app, created)).status).toBe(200);
  const paid = await waitForStatus(guest, created.id, 'COMPLETED');
  expect(paid.receiptUrl).toMatch(/\/r\/[\w-]{43}$/);
  expect(paid.clientSecret).toBeNull();

  const ledger = await app.database.pool.query(
    `SELECT account, amount FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
     WHERE t.payment_id = $1 ORDER BY line`,
    [created.id],
  );
  expect(ledger.rows).toEqual([
    { account: 'PROCESSOR_CLEARING', amount: 3200 },
    { account: 'SALES', amount: -2500 },
    { account: 'TAX_PAYABLE', amount: -200 },
    { account: 'TIPS_PAYABLE', amount: -500 },
  ]);
  const state = await app.database.pool.query(
    'SELECT state, captured_amount FROM order_payment_states WHERE order_id = $1',
    [orderId],
  );
  expect(state.rows).toEqual([{ state: 'PAID', captured_amount: 2700 }]);

  const receipt = await guest.payments.receipt.query({ paymentId: created.id });
  expect(receipt).toMatchObject({ totalMinor: 3200, tipMinor: 500, partOfBill: false });
});
