import type { RunnableOperation } from '../http/operation';
import { accountOperations } from './account';
import { balanceTransactionOperations } from './balance-transactions';
import { chargeOperations } from './charges';
import { customerOperations } from './customers';
import { disputeOperations } from './disputes';
import { eventOperations } from './events';
import { paymentIntentOperations } from './payment-intents';
import { paymentMethodDomainOperations } from './payment-method-domains';
import { paymentMethodOperations } from './payment-methods';
import { payoutOperations } from './payouts';
import { refundOperations } from './refunds';
import { setupIntentOperations } from './setup-intents';
import { webhookEndpointOperations } from './webhook-endpoints';

/** Every operation of the Stripe API that the simulator knows; all else is an unrecognized URL. */
export const allOperations: RunnableOperation[] = [
  ...customerOperations,
  ...paymentMethodOperations,
  ...paymentIntentOperations,
  ...chargeOperations,
  ...refundOperations,
  ...eventOperations,
  ...balanceTransactionOperations,
  ...setupIntentOperations,
  ...disputeOperations,
  ...payoutOperations,
  ...webhookEndpointOperations,
  ...paymentMethodDomainOperations,
  ...accountOperations,
];
