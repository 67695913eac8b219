import type Stripe from 'stripe';

type List<T> = Stripe.ApiList<T>;

/** The SDK's base type has nothing in `data`; `Events` says what each type of event carries. */
interface AnyEvent extends Omit<Stripe.EventBase, 'data'> {
  data: object;
}

/** What the pinned SDK's types say of every operation that the simulator serves; `npm run stripe:schemas` reads it. */
export interface Operations {
  'POST /v1/customers': { params: Stripe.CustomerCreateParams; answer: Stripe.Customer };
  'GET /v1/customers': { params: Stripe.CustomerListParams; answer: List<Stripe.Customer> };
  'GET /v1/customers/:id': {
    params: Stripe.CustomerRetrieveParams;
    answer: Stripe.Customer | Stripe.DeletedCustomer;
  };
  'POST /v1/customers/:id': { params: Stripe.CustomerUpdateParams; answer: Stripe.Customer };
  'DELETE /v1/customers/:id': { params: Stripe.CustomerDeleteParams; answer: Stripe.DeletedCustomer };
  'GET /v1/customers/:id/payment_methods': {
    params: Stripe.CustomerListPaymentMethodsParams;
    answer: List<Stripe.PaymentMethod>;
  };
  'GET /v1/customers/:id/payment_methods/:method': {
    params: Stripe.CustomerRetrievePaymentMethodParams;
    answer: Stripe.PaymentMethod;
  };

  'POST /v1/payment_methods': { params: Stripe.PaymentMethodCreateParams; answer: Stripe.PaymentMethod };
  'GET /v1/payment_methods': { params: Stripe.PaymentMethodListParams; answer: List<Stripe.PaymentMethod> };
  'GET /v1/payment_methods/:id': { params: Stripe.PaymentMethodRetrieveParams; answer: Stripe.PaymentMethod };
  'POST /v1/payment_methods/:id': { params: Stripe.PaymentMethodUpdateParams; answer: Stripe.PaymentMethod };
  'POST /v1/payment_methods/:id/attach': {
    params: Stripe.PaymentMethodAttachParams;
    answer: Stripe.PaymentMethod;
  };
  'POST /v1/payment_methods/:id/detach': {
    params: Stripe.PaymentMethodDetachParams;
    answer: Stripe.PaymentMethod;
  };

  'POST /v1/payment_intents': { params: Stripe.PaymentIntentCreateParams; answer: Stripe.PaymentIntent };
  'GET /v1/payment_intents': { params: Stripe.PaymentIntentListParams; answer: List<Stripe.PaymentIntent> };
  'GET /v1/payment_intents/:id': { params: Stripe.PaymentIntentRetrieveParams; answer: Stripe.PaymentIntent };
  'POST /v1/payment_intents/:id': { params: Stripe.PaymentIntentUpdateParams; answer: Stripe.PaymentIntent };
  'POST /v1/payment_intents/:id/confirm': {
    params: Stripe.PaymentIntentConfirmParams;
    answer: Stripe.PaymentIntent;
  };
  'POST /v1/payment_intents/:id/cancel': {
    params: Stripe.PaymentIntentCancelParams;
    answer: Stripe.PaymentIntent;
  };
  'POST /v1/payment_intents/:id/capture': {
    params: Stripe.PaymentIntentCaptureParams;
    answer: Stripe.PaymentIntent;
  };

  'GET /v1/charges': { params: Stripe.ChargeListParams; answer: List<Stripe.Charge> };
  'GET /v1/charges/:id': { params: Stripe.ChargeRetrieveParams; answer: Stripe.Charge };
  'POST /v1/charges/:id': { params: Stripe.ChargeUpdateParams; answer: Stripe.Charge };

  'POST /v1/refunds': { params: Stripe.RefundCreateParams; answer: Stripe.Refund };
  'GET /v1/refunds': { params: Stripe.RefundListParams; answer: List<Stripe.Refund> };
  'GET /v1/refunds/:id': { params: Stripe.RefundRetrieveParams; answer: Stripe.Refund };
  'POST /v1/refunds/:id': { params: Stripe.RefundUpdateParams; answer: Stripe.Refund };
  'POST /v1/refunds/:id/cancel': { params: Stripe.RefundCancelParams; answer: Stripe.Refund };

  'GET /v1/events': { params: Stripe.EventListParams; answer: List<AnyEvent> };
  'GET /v1/events/:id': { params: Stripe.EventRetrieveParams; answer: AnyEvent };

  'GET /v1/balance_transactions': {
    params: Stripe.BalanceTransactionListParams;
    answer: List<Stripe.BalanceTransaction>;
  };
  'GET /v1/balance_transactions/:id': {
    params: Stripe.BalanceTransactionRetrieveParams;
    answer: Stripe.BalanceTransaction;
  };

  'POST /v1/setup_intents': { params: Stripe.SetupIntentCreateParams; answer: Stripe.SetupIntent };
  'GET /v1/setup_intents': { params: Stripe.SetupIntentListParams; answer: List<Stripe.SetupIntent> };
  'GET /v1/setup_intents/:id': { params: Stripe.SetupIntentRetrieveParams; answer: Stripe.SetupIntent };
  'POST /v1/setup_intents/:id': { params: Stripe.SetupIntentUpdateParams; answer: Stripe.SetupIntent };
  'POST /v1/setup_intents/:id/confirm': {
    params: Stripe.SetupIntentConfirmParams;
    answer: Stripe.SetupIntent;
  };
  'POST /v1/setup_intents/:id/cancel': { params: Stripe.SetupIntentCancelParams; answer: Stripe.SetupIntent };

  'GET /v1/disputes': { params: Stripe.DisputeListParams; answer: List<Stripe.Dispute> };
  'GET /v1/disputes/:id': { params: Stripe.DisputeRetrieveParams; answer: Stripe.Dispute };
  'POST /v1/disputes/:id': { params: Stripe.DisputeUpdateParams; answer: Stripe.Dispute };
  'POST /v1/disputes/:id/close': { params: Stripe.DisputeCloseParams; answer: Stripe.Dispute };

  'POST /v1/payouts': { params: Stripe.PayoutCreateParams; answer: Stripe.Payout };
  'GET /v1/payouts': { params: Stripe.PayoutListParams; answer: List<Stripe.Payout> };
  'GET /v1/payouts/:id': { params: Stripe.PayoutRetrieveParams; answer: Stripe.Payout };
  'POST /v1/payouts/:id': { params: Stripe.PayoutUpdateParams; answer: Stripe.Payout };
  'POST /v1/payouts/:id/cancel': { params: Stripe.PayoutCancelParams; answer: Stripe.Payout };

  'POST /v1/webhook_endpoints': {
    params: Stripe.WebhookEndpointCreateParams;
    answer: Stripe.WebhookEndpoint;
  };
  'GET /v1/webhook_endpoints': {
    params: Stripe.WebhookEndpointListParams;
    answer: List<Stripe.WebhookEndpoint>;
  };
  'GET /v1/webhook_endpoints/:id': {
    params: Stripe.WebhookEndpointRetrieveParams;
    answer: Stripe.WebhookEndpoint;
  };
  'POST /v1/webhook_endpoints/:id': {
    params: Stripe.WebhookEndpointUpdateParams;
    answer: Stripe.WebhookEndpoint;
  };
  'DELETE /v1/webhook_endpoints/:id': {
    params: Stripe.WebhookEndpointDeleteParams;
    answer: Stripe.DeletedWebhookEndpoint;
  };

  'POST /v1/payment_method_domains': {
    params: Stripe.PaymentMethodDomainCreateParams;
    answer: Stripe.PaymentMethodDomain;
  };
  'GET /v1/payment_method_domains': {
    params: Stripe.PaymentMethodDomainListParams;
    answer: List<Stripe.PaymentMethodDomain>;
  };

  'GET /v1/country_specs/:id': { params: Stripe.CountrySpecRetrieveParams; answer: Stripe.CountrySpec };
  'GET /v1/account': { params: Stripe.AccountRetrieveCurrentParams; answer: Stripe.Account };
  'GET /v1/accounts/:id': { params: Stripe.AccountRetrieveParams; answer: Stripe.Account };
  'GET /v1/balance': { params: Stripe.BalanceRetrieveParams; answer: Stripe.Balance };
}

/** Every type of event that the simulator emits. */
export interface Events {
  'charge.captured': Stripe.ChargeCapturedEvent;
  'charge.dispute.closed': Stripe.ChargeDisputeClosedEvent;
  'charge.dispute.created': Stripe.ChargeDisputeCreatedEvent;
  'charge.dispute.funds_reinstated': Stripe.ChargeDisputeFundsReinstatedEvent;
  'charge.dispute.funds_withdrawn': Stripe.ChargeDisputeFundsWithdrawnEvent;
  'charge.dispute.updated': Stripe.ChargeDisputeUpdatedEvent;
  'charge.failed': Stripe.ChargeFailedEvent;
  'charge.refund.updated': Stripe.ChargeRefundUpdatedEvent;
  'charge.refunded': Stripe.ChargeRefundedEvent;
  'charge.succeeded': Stripe.ChargeSucceededEvent;
  'charge.updated': Stripe.ChargeUpdatedEvent;
  'customer.created': Stripe.CustomerCreatedEvent;
  'customer.deleted': Stripe.CustomerDeletedEvent;
  'customer.updated': Stripe.CustomerUpdatedEvent;
  'payment_intent.amount_capturable_updated': Stripe.PaymentIntentAmountCapturableUpdatedEvent;
  'payment_intent.canceled': Stripe.PaymentIntentCanceledEvent;
  'payment_intent.created': Stripe.PaymentIntentCreatedEvent;
  'payment_intent.payment_failed': Stripe.PaymentIntentPaymentFailedEvent;
  'payment_intent.processing': Stripe.PaymentIntentProcessingEvent;
  'payment_intent.requires_action': Stripe.PaymentIntentRequiresActionEvent;
  'payment_intent.succeeded': Stripe.PaymentIntentSucceededEvent;
  'payment_method.attached': Stripe.PaymentMethodAttachedEvent;
  'payment_method.detached': Stripe.PaymentMethodDetachedEvent;
  'payment_method.updated': Stripe.PaymentMethodUpdatedEvent;
  'payout.canceled': Stripe.PayoutCanceledEvent;
  'payout.created': Stripe.PayoutCreatedEvent;
  'payout.failed': Stripe.PayoutFailedEvent;
  'payout.paid': Stripe.PayoutPaidEvent;
  'payout.reconciliation_completed': Stripe.PayoutReconciliationCompletedEvent;
  'payout.updated': Stripe.PayoutUpdatedEvent;
  'refund.created': Stripe.RefundCreatedEvent;
  'refund.failed': Stripe.RefundFailedEvent;
  'refund.updated': Stripe.RefundUpdatedEvent;
  'setup_intent.canceled': Stripe.SetupIntentCanceledEvent;
  'setup_intent.created': Stripe.SetupIntentCreatedEvent;
  'setup_intent.requires_action': Stripe.SetupIntentRequiresActionEvent;
  'setup_intent.setup_failed': Stripe.SetupIntentSetupFailedEvent;
  'setup_intent.succeeded': Stripe.SetupIntentSucceededEvent;
}

/** The body of every refusal; the SDK adds the rest of this type by itself. */
export interface Refusal {
  error: Omit<
    Stripe.StripeRawError,
    'detail' | 'exception' | 'headers' | 'requestId' | 'source' | 'statusCode'
  >;
}

/** All that the schemas are generated from. */
export interface Promised {
  operations: Operations;
  events: Events;
  refusal: Refusal;
  /** Served only inside a payout whose destination is expanded. */
  destination: Stripe.BankAccount;
}
