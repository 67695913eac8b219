import Stripe from 'stripe';
import type { CreateIntentParams, Processor, ProcessorIntent, ProcessorOutcome } from '@/services/ports';
import { type CallerOptions, createCaller, withinTime } from './call';
import { toEvent } from './events';
import { toCharge, toIntent, toRefund } from './normalise';
import { noAnswerOutcome } from './outcome';
import { createProcessorMoney } from './processor-money';
import { createSavedCards } from './saved-cards';
import { statementSuffix } from './statement-suffix';

const PAGE_SIZE = 100;

export type ProcessorOptions = CallerOptions;

/**
 * Stripe behind the port. One instance per priority; all share one client and one bucket. Every POST carries the caller's
 * key; nothing throws for what Stripe or the way to it does.
 */
export function createProcessor(options: ProcessorOptions): Processor {
  const call = createCaller(options);
  const { sdk } = options.client;

  async function findPage(paymentId: string, createdFromSec: number, after: string | undefined) {
    return call({ operation: 'intent.list', about: paymentId }, async (request) => {
      const page = await sdk.paymentIntents.list(
        { created: { gte: createdFromSec }, limit: PAGE_SIZE, starting_after: after },
        request,
      );
      const found = page.data.find((intent) => intent.metadata.paymentId === paymentId);
      return {
        found: found ? toIntent(found) : null,
        next: page.has_more ? page.data.at(-1)?.id : undefined,
      };
    });
  }

  async function find(
    paymentId: string,
    createdFromSec: number,
    isOver: () => boolean,
  ): Promise<ProcessorOutcome<ProcessorIntent | null>> {
    let after: string | undefined;
    while (!isOver()) {
      const page = await findPage(paymentId, createdFromSec, after);
      if (page.kind !== 'ok') return page;
      if (page.value.found || !page.value.next) return { kind: 'ok', value: page.value.found };
      after = page.value.next;
    }
    // Not looked at to its end: "there is none" could make a second intent.
    return noAnswerOutcome('the list of intents was not read to its end in time');
  }

  return {
    ...createSavedCards(call, sdk),
    ...createProcessorMoney(call, sdk),

    createIntent: (params, key) =>
      call({ operation: 'intent.create', about: params.metadata.paymentId, key }, async (request) =>
        toIntent(await sdk.paymentIntents.create(intentParams(params), { ...request, idempotencyKey: key })),
      ),

    changeAmount: (intentId, amountMinor, key) =>
      call({ operation: 'intent.update', about: intentId, key }, async (request) =>
        toIntent(
          await sdk.paymentIntents.update(
            intentId,
            { amount: amountMinor },
            { ...request, idempotencyKey: key },
          ),
        ),
      ),

    cancelIntent: (intentId, key) =>
      call({ operation: 'intent.cancel', about: intentId, key }, async (request) => {
        try {
          return toIntent(await sdk.paymentIntents.cancel(intentId, {}, { ...request, idempotencyKey: key }));
        } catch (error) {
          const canceled = alreadyCanceled(error);
          if (canceled) return toIntent(canceled);
          throw error;
        }
      }),

    retrieveIntent: (intentId) =>
      call({ operation: 'intent.retrieve', about: intentId }, async (request) =>
        toIntent(await sdk.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }, request)),
      ),

    findIntentByPaymentId: (paymentId, createdFromSec) =>
      options.priority === 'interactive'
        ? withinTime(options.client.timeoutMs, (leftMs) =>
            find(paymentId, createdFromSec, () => leftMs() <= 1),
          )
        : find(paymentId, createdFromSec, () => false),

    createCustomer: (userId, key) =>
      call('customer.create', async (request) => {
        const customer = await sdk.customers.create(
          { metadata: { userId } },
          { ...request, idempotencyKey: key },
        );
        return { id: customer.id };
      }),

    listEvents: ({ fromSec, afterId }) =>
      call('event.list', async (request) => {
        const page = await sdk.events.list(
          { created: { gte: fromSec }, limit: PAGE_SIZE, starting_after: afterId ?? undefined },
          request,
        );
        return {
          events: page.data.map((event) => toEvent(event, JSON.stringify(event))),
          nextId: page.has_more ? (page.data.at(-1)?.id ?? null) : null,
        };
      }),

    createRefund: (params, key) =>
      call({ operation: 'refund.create', about: params.intentId, key }, async (request) =>
        toRefund(
          await sdk.refunds.create(
            { payment_intent: params.intentId, amount: params.amountMinor, metadata: params.metadata },
            { ...request, idempotencyKey: key },
          ),
        ),
      ),

    findRefund: (intentId, refundId) =>
      call({ operation: 'refund.list', about: intentId }, async (request) => {
        const page = await sdk.refunds.list({ payment_intent: intentId, limit: PAGE_SIZE }, request);
        const found = page.data.find((refund) => refund.metadata?.refundId === refundId);
        return found ? toRefund(found) : null;
      }),

    retrieveCharge: (chargeId) =>
      call({ operation: 'charge.retrieve', about: chargeId }, async (request) =>
        toCharge(await sdk.charges.retrieve(chargeId, undefined, request)),
      ),
  };
}

/**
 * `automatic_payment_methods` because this API version refuses a list of types. Redirects never: the legacy client confirms
 * in place, passes no `return_url` and takes only an immediate `succeeded` (legacy-contract 3.6); cards and wallets, with
 * 3-D Secure in Stripe.js's own dialogue, need none. Capture stays automatic (decision 16).
 */
function intentParams(params: CreateIntentParams): Stripe.PaymentIntentCreateParams {
  const suffix = statementSuffix(params.statementSuffix);
  const isSaving = params.saveCard && params.customerId !== null;
  return {
    amount: params.amountMinor,
    currency: params.currency.toLowerCase(),
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: params.metadata,
    ...(isSaving && params.customerId
      ? { customer: params.customerId, setup_future_usage: 'off_session' }
      : {}),
    ...(suffix ? { statement_descriptor_suffix: suffix } : {}),
  };
}

/** Cancelling twice is a refusal at Stripe, with the intent in the error: what was asked for is so. */
function alreadyCanceled(error: unknown): object | null {
  const intent = error instanceof Stripe.errors.StripeInvalidRequestError ? error.payment_intent : undefined;
  return intent?.status === 'canceled' ? intent : null;
}
