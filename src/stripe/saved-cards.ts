import Stripe from 'stripe';
import type { Processor } from '@/services/ports';
import type { Caller } from './call';
import { fieldsOf, text } from './fields';
import { toIntent } from './normalise';

/** The part of the processor that keeps cards for customers. */
export function createSavedCards(
  call: Caller,
  sdk: Stripe,
): Pick<Processor, 'createSetup' | 'detachMethod' | 'confirmWithMethod'> {
  /** A detached method can never be attached again, so a look tells whether a refusal means that it is away. */
  async function isAway(methodId: string, request: { timeout: number }): Promise<boolean> {
    const { customer } = await sdk.paymentMethods.retrieve(methodId, {}, request);
    return customer === null;
  }

  return {
    createSetup: (customerId, key) =>
      call('setup.create', async (request) => {
        const setup = fieldsOf(
          await sdk.setupIntents.create(
            {
              customer: customerId,
              usage: 'off_session',
              // As for intents (processor.ts): the browser confirms in place.
              automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            },
            { ...request, idempotencyKey: key },
          ),
        );
        return { id: text(setup, 'id'), clientSecret: text(setup, 'client_secret') };
      }),

    detachMethod: (methodId, key) =>
      call('method.detach', async (request) => {
        try {
          await sdk.paymentMethods.detach(methodId, {}, { ...request, idempotencyKey: key });
        } catch (error) {
          const isRefusal = error instanceof Stripe.errors.StripeInvalidRequestError;
          if (!isRefusal || !(await isAway(methodId, request))) throw error;
        }
        return null;
      }),

    confirmWithMethod: async (intentId, { customerId, methodId }, key) => {
      const ownerKey = `${key}:customer`;
      const owned = await call(
        { operation: 'intent.update', about: intentId, key: ownerKey },
        async (request) =>
          toIntent(
            await sdk.paymentIntents.update(
              intentId,
              { customer: customerId },
              { ...request, idempotencyKey: ownerKey },
            ),
          ),
      );
      if (owned.kind !== 'ok') return owned;
      return call({ operation: 'intent.confirm', about: intentId, key }, async (request) =>
        toIntent(
          await sdk.paymentIntents.confirm(
            intentId,
            { payment_method: methodId },
            { ...request, idempotencyKey: key },
          ),
        ),
      );
    },
  };
}
