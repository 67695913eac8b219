import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, refusalOf, startTestApp, type TestApp } from '../../support/app';
import { pay, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

test.each(['PAYPAL', 'SQUARE', 'CRYPTO'])(
  '%s is no method here, and every way to name one says so (decision 16)',
  async (name) => {
    const method = name as 'CARD';
    const { guest, staff, session, orderId } = await setScene(app);
    const { id: paymentId } = await pay(guest, orderId);
    const tableSessionId = session.sessionId;
    const parts = [{ amountMinor: 700, method }, { amountMinor: 2000 }];
    const calls = {
      'payments.create': () => pay(guest, orderId, { method }),
      'payments.changeMethod': () =>
        guest.payments.changeMethod.mutate({ paymentId, method, idempotencyKey: newKey() }),
      'tableSessions.pay': () =>
        guest.tableSessions.pay.mutate({ tableSessionId, method, idempotencyKey: newKey() }),
      'splits.create of an order': () =>
        staff.splits.create.mutate({ orderId, parts, idempotencyKey: newKey() }),
      'splits.create of a table': () =>
        staff.splits.create.mutate({ tableSessionId, parts, idempotencyKey: newKey() }),
    };
    for (const [way, call] of Object.entries(calls)) {
      expect({ way, ...(await refusalOf(call())) }).toMatchObject({
        way,
        code: 'BAD_REQUEST',
        appCode: 'METHOD_NOT_SUPPORTED',
        message: `${name} is not supported. Pay by card, wallet or cash.`,
      });
    }
    expect(await refusalOf(pay(guest, orderId, { method: 'CARDD' as 'CARD' }))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
  },
);
