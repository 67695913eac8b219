import { createTRPCClient, type TRPCClient } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { linksOf, type PaymentsClientOptions } from './links';
import type { PaymentsRouter } from './router';

export { isTRPCClientError as isPaymentsError } from '@trpc/client';
export type { PaymentsClientOptions } from './links';
export { newOperationKey } from './operation-key';
export type { PaymentsRouter } from './router';

/** `client.payments.create.mutate(…)`, `client.payments.get.query(…)`, `client.live.payment.subscribe(…)`. */
export type PaymentsClient = TRPCClient<PaymentsRouter>;

/** What goes into each procedure, and what comes out: `Outputs['payments']['create']`. */
export type Inputs = inferRouterInputs<PaymentsRouter>;
export type Outputs = inferRouterOutputs<PaymentsRouter>;

/**
 * The typed client of the payments server. Calls of one moment travel together, at most ten to a request. Every mutation has an
 * idempotency key: the caller's, or one made here; a call without an answer is repeated with the same. Amounts are integers in
 * minor units of the currency beside them. Refusals are errors with `data.appCode`, stable codes to branch on.
 */
export function createPaymentsClient(options: PaymentsClientOptions): PaymentsClient {
  return createTRPCClient<PaymentsRouter>({ links: linksOf(options) });
}
