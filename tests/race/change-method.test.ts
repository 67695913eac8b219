import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  type Client,
  newKey,
  refusalOf,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../support/app';
import { assertBooksBalance } from '../support/invariants';

let app: TestApp;
let guest: Client;
let newOrder: () => Promise<string>;
beforeAll(async () => {
  app = await startTestApp({
    env: { PAYMENT_RATE_LIMIT_PER_15_MINUTES: '1000', PAYMENT_RATE_LIMIT_PER_HOUR: '1000' },
  });
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const session = await seedSession(service, at);
  const [guestSessionId] = session.guests;
  guest = app.asGuest(guestSessionId);
  newOrder = () => seedOrder(service, at, { session, guestSessionId });
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const ROUNDS = inject('testSize') === 'full' ? 300 : 20;
const TOLD_APART = ['CREATION_IN_PROGRESS', 'ILLEGAL_TRANSITION', 'PROCESSOR_REFUSED'];

test('concurrent changes to card and to cash, and a cancellation: each call succeeds or gets its own error code', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const orderId = await newOrder();
    const { id: paymentId } = await guest.cash.request.mutate({ orderId, idempotencyKey: newKey() });
    const to = (method: 'CARD' | 'CASH') =>
      guest.payments.changeMethod.mutate({ paymentId, method, idempotencyKey: newKey() });
    const cancel = () => guest.payments.cancel.mutate({ paymentId, idempotencyKey: newKey() });
    const calls = [to('CARD'), to('CASH'), to('CASH'), to('CARD'), ...(round % 2 === 0 ? [cancel()] : [])];
    const codes = await Promise.all(
      calls.map((call) =>
        call.then(
          () => null,
          () => refusalOf(call).then(({ appCode }) => appCode),
        ),
      ),
    );
    for (const code of codes) expect([null, ...TOLD_APART]).toContain(code);
    const payment = await guest.payments.get.query({ paymentId });
    expect(['PENDING', 'CANCELLED']).toContain(payment.status);
  }
});
