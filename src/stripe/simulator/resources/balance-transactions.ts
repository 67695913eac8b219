import { currentTransaction } from '../engine/balance';
import { invalidRequest } from '../errors';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { operation } from '../http/operation';
import { string } from '../http/params';
import type { World } from '../world';

/** Only a reconciled automatic payout tells its transactions (Stripe, "Payout reconciliation"). */
function checkReconciled(world: World, id: string): void {
  const payout = world.store.payouts.get(id, 'payout');
  if (!payout.automatic) {
    throw invalidRequest(
      'Balance transaction history can only be filtered on automatic transfers, not manual.',
      {
        param: 'payout',
      },
    );
  }
  if (payout.reconciliation_status === 'completed') return;
  throw invalidRequest(`The balance transactions of payout ${id} are not ready yet.`, {
    code: 'payout_reconciliation_not_ready',
    param: 'payout',
  });
}

export const balanceTransactionOperations = [
  operation({
    method: 'GET',
    path: '/v1/balance_transactions',
    params: { ...DATED_PAGE, currency: string(), payout: string(), source: string(), type: string() },
    handle(call, params) {
      const { world } = call;
      const { payout, currency, source, type } = params;
      if (payout !== undefined) checkReconciled(world, payout);
      const page = listPage(
        call,
        world.store.balanceTransactions,
        params,
        (txn) =>
          (payout === undefined || world.store.payoutOfTransaction.get(txn.id) === payout) &&
          (currency === undefined || txn.currency === currency) &&
          (source === undefined || txn.source === source) &&
          (type === undefined || txn.type === type) &&
          inRange(txn.created, params.created),
      );
      return { ...page, data: page.data.map((txn) => currentTransaction(txn, world.now())) };
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    params: {},
    handle: ({ world, ids: [id] }) =>
      currentTransaction(world.store.balanceTransactions.get(id), world.now()),
  }),
];
