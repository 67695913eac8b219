import type Stripe from 'stripe';
import type { Processor } from '@/services/ports';
import type { Caller } from './call';
import { toDispute, toTransaction } from './normalise-money';

const PAGE_SIZE = 100;

/** The part of the processor that tells what moved on the account, and answers banks. */
export function createProcessorMoney(
  call: Caller,
  sdk: Stripe,
): Pick<Processor, 'listTransactions' | 'retrieveTransaction' | 'retrieveDispute' | 'submitDisputeEvidence'> {
  return {
    listTransactions: (which, afterId) =>
      call('transaction.list', async (request) => {
        const scope =
          'payoutId' in which
            ? { payout: which.payoutId }
            : { created: { gte: which.fromSec, lt: which.beforeSec } };
        const page = await sdk.balanceTransactions.list(
          { ...scope, limit: PAGE_SIZE, starting_after: afterId ?? undefined, expand: ['data.source'] },
          request,
        );
        return {
          transactions: page.data.map(toTransaction),
          nextId: page.has_more ? (page.data.at(-1)?.id ?? null) : null,
        };
      }),

    retrieveTransaction: (transactionId) =>
      call({ operation: 'transaction.retrieve', about: transactionId }, async (request) =>
        toTransaction(await sdk.balanceTransactions.retrieve(transactionId, { expand: ['source'] }, request)),
      ),

    retrieveDispute: (disputeId) =>
      call({ operation: 'dispute.retrieve', about: disputeId }, async (request) =>
        toDispute(await sdk.disputes.retrieve(disputeId, {}, request)),
      ),

    submitDisputeEvidence: (disputeId, { texts, fileIds, metadata }, key) =>
      call({ operation: 'dispute.update', about: disputeId, key }, async (request) =>
        toDispute(
          await sdk.disputes.update(
            disputeId,
            { evidence: underStripesNames({ ...texts, ...fileIds }), metadata, submit: true },
            { ...request, idempotencyKey: key },
          ),
        ),
      ),
  };
}

/** `customerPurchaseIp` -> `customer_purchase_ip`. Which names there are is checked where they come in. */
function underStripesNames(evidence: Readonly<Record<string, string>>): Stripe.DisputeUpdateParams.Evidence {
  return Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
