import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProcessorTransaction } from '@/services/ports';
import {
  newKey,
  payWithCard,
  seedOrder,
  seedRestaurant,
  seedSession,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type RecoveryStage, startStage } from '../recovery/support';
import { balances, rowsOf, settle, sync } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

/** As an account that settles in dollars has it: 5,200 yen became 34.12 dollars. */
const settledInDollars = (transaction: ProcessorTransaction): ProcessorTransaction =>
  transaction.sourceCurrency === 'JPY'
    ? { ...transaction, currency: 'USD', grossMinor: 3412, feeMinor: 129, netMinor: 3283 }
    : transaction;

test('a payment in yen that settles in dollars leaves no yen at the processor, and each currency sums to zero', async () => {
  const service = await stage.app.asService();
  const at = await seedRestaurant(service, { currency: 'JPY' });
  const session = await seedSession(service, at);
  const orderId = await seedOrder(service, at, { session, subtotalMinor: 5000 });
  const guest = stage.app.asGuest(session.guests[0]);
  const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(stage.app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  await settle(stage);
  const { processor } = stage.deps;
  await sync({
    deps: {
      ...stage.deps,
      processor: {
        ...processor,
        listTransactions: async (...asked) => {
          const page = await processor.listTransactions(...asked);
          if (page.kind !== 'ok') return page;
          const { transactions, nextId } = page.value;
          return { kind: 'ok', value: { nextId, transactions: transactions.map(settledInDollars) } };
        },
      },
    },
  });
  expect(await balances(stage, at.restaurantId, 'JPY')).toEqual({
    PROCESSOR_CLEARING: 0,
    CURRENCY_EXCHANGE: 5200,
    SALES: -5000,
    TAX_PAYABLE: -200,
  });
  expect(await balances(stage, at.restaurantId, 'USD')).toEqual({
    PROCESSOR_CLEARING: 3283,
    PROCESSOR_FEES: 129,
    CURRENCY_EXCHANGE: -3412,
  });
  // A fee in dollars is none of a payment in yen.
  expect(await rowsOf(stage, 'SELECT fee_amount AS fee FROM payments WHERE id = $1', [payment.id])).toEqual([
    { fee: null },
  ]);
  const ledger = await (await stage.app.asAdmin()).ledger.payment.query({ paymentId: payment.id });
  expect(ledger).toMatchObject({ agrees: true, explained: { status: 'COMPLETED', capturedMinor: 5200 } });
});
