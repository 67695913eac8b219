import type Stripe from 'stripe';

/** The members of the `error` object in a Stripe error body ("Errors" page of the API reference). */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  advice_code?: string;
  network_decline_code?: string;
  payment_intent?: Stripe.PaymentIntent;
  setup_intent?: Stripe.SetupIntent;
  payment_method?: Stripe.PaymentMethod;
  payment_method_type?: string;
}

/**
 * An answer with an error body. `storable` says whether it counts as the first result of an idempotency
 * key: Stripe stores what happens once execution began, not what validation refuses before it.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly storable = true,
    readonly headers: Record<string, string> = {},
  ) {
    super(body.message);
  }
}

/** 400 found while validating parameters, before execution: never stored against the key. */
export function invalidParam(message: string, param?: string, code?: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, param, code }, false);
}

/** 400 found while executing: stored against the key. */
export function invalidRequest(message: string, extra: Partial<ErrorBody> = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...extra });
}

/** 404 for an object of the path, 400 for an id named by a parameter, as Stripe answers. */
export function missingResource(kind: string, id: string, param = 'id'): ApiError {
  const status = param === 'id' || param === 'intent' ? 404 : 400;
  const message = `No such ${kind}: '${id}'`;
  return new ApiError(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

export function unauthorized(message: string, code?: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message, code }, false);
}

export function unknownUrl(method: string, path: string): ApiError {
  const message =
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at ` +
    'https://support.stripe.com/.';
  return new ApiError(404, { type: 'invalid_request_error', message }, false);
}

/** The JSON text of an error answer, with the links that Stripe adds. */
export function errorText(error: ApiError, requestId: string): string {
  const { code } = error.body;
  const links = {
    ...(code === undefined
      ? {}
      : { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }),
    request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
  };
  return JSON.stringify({ error: { ...error.body, ...links } });
}
