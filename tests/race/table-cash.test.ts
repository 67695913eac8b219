import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { intentsOf, pay, rows, setScene, syncSession } from '../integration/payments/support';
import { payTable } from '../integration/table-sessions/support';
import { newKey, payWithCard, startTestApp, type TestApp } from '../support/app';
import { assertBooksBalance } from '../support/invariants';
import { webhooksApplied } from '../support/webhooks-applied';

const ROUNDS = inject('testSize') === 'full' ? 200 : 8;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '10000', LOG_LEVEL: 'error' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

test('a confirmation by two members of staff, a withdrawal and a change to card at once settle at most once', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { guest, staff, orderId } = await setScene(app);
    const { id: paymentId } = await guest.cash.request.mutate({ orderId, idempotencyKey: newKey() });
    await Promise.allSettled([
      staff.cash.confirm.mutate({ paymentId, idempotencyKey: newKey() }),
      staff.cash.confirm.mutate({ paymentId, idempotencyKey: newKey() }),
      guest.payments.cancel.mutate({ paymentId, idempotencyKey: newKey() }),
      guest.payments.changeMethod.mutate({ paymentId, method: 'CARD', idempotencyKey: newKey() }),
    ]);
    const payment = await guest.payments.get.query({ paymentId });
    const live = intentsOf(app, paymentId).filter((intent) => intent.status !== 'canceled');
    if (payment.provider === 'CASH') expect(live).toEqual([]);
    if (payment.status === 'CANCELLED') expect(live).toEqual([]);
    expect(['COMPLETED', 'CANCELLED', 'PENDING']).toContain(payment.status);
    const entries = await rows(app, 'SELECT 1 FROM ledger_transactions WHERE payment_id = $1', [paymentId]);
    expect(entries).toHaveLength(payment.status === 'COMPLETED' ? 1 : 0);
  }
});

test('paying by card and changing to cash at once takes the money once: by card, or not yet', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { guest, staff, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    await Promise.allSettled([
      payWithCard(app, card),
      guest.payments.changeMethod.mutate({ paymentId: card.id, method: 'CASH', idempotencyKey: newKey() }),
      staff.cash.confirm.mutate({ paymentId: card.id, idempotencyKey: newKey() }),
    ]);
    await webhooksApplied(app);
    const payment = await guest.payments.get.query({ paymentId: card.id });
    const [intent] = intentsOf(app, card.id);
    if (intent?.status === 'succeeded')
      expect(payment).toMatchObject({ status: 'COMPLETED', provider: 'STRIPE' });
    else expect([intent?.status, payment.provider]).toEqual(['canceled', 'CASH']);
  }
  expect(await rows(app, 'SELECT * FROM discrepancies')).toEqual([]);
});

test('a table that closes while its guests pay: what was opened is paid or cancelled, nothing hangs', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await setScene(app);
    const { guest, mate, session } = scene;
    await Promise.allSettled([
      payTable(guest, session, { shareMinor: 1000 }).then((payment) => payWithCard(app, payment)),
      payTable(mate, session, { shareMinor: 1000, method: 'CASH' }),
      syncSession(scene, { status: 'CLOSED' }),
    ]);
    await app.simulator.control.waitForDeliveries();
    const open = await rows<{ id: string; expired: boolean }>(
      app,
      `SELECT id, expires_at <= now() AS expired FROM payments
       WHERE table_session_id = $1 AND status IN ('PENDING', 'PROCESSING', 'FAILED')`,
      [session.sessionId],
    );
    for (const payment of open) expect(payment.expired).toBe(true);
  }
});
