import type { Cause, World } from '../world';
import type { FormHash } from './form';
import { array, type Parsed, parseParams, type Shape, string } from './params';

/** What a handler knows about the request beside its parameters. */
export interface Call {
  world: World;
  /** The parts of the path that the operation's pattern names, in order. */
  ids: [string, string];
  cause: Cause;
  /** True for a request made with a publishable key, as Stripe.js makes them. */
  publishable: boolean;
  /** The concrete path, as lists report it in `url`. */
  path: string;
}

export type Method = 'GET' | 'POST' | 'DELETE';

export interface Operation<S extends Shape, B extends Shape = Record<never, never>> {
  method: Method;
  /** Path with `:id` for each variable part. */
  path: string;
  params: S;
  /** Present when a publishable key may call it: the parameters that only Stripe.js sends. */
  publishable?: B;
  handle(call: Call, params: Parsed<S> & Partial<Parsed<B>>): object;
}

/** An operation with its parameter types hidden: validation first, execution later. */
export interface RunnableOperation {
  method: Method;
  path: string;
  publishable: boolean;
  /** Validates; throws a 400 that is not stored against the idempotency key. */
  prepare(form: FormHash, publishable: boolean): { expand: string[]; execute(call: Call): object };
}

const EXPAND = { expand: array(string()) };
/** What Stripe.js sends along with a publishable key. */
const BROWSER: Shape = {
  key: string(),
  _stripe_version: string(),
  payment_user_agent: string(),
  referrer: string(),
};

/** Makes a declared operation runnable; all but a DELETE accept `expand`, as the SDK's types have it. */
export function operation<S extends Shape, B extends Shape = Record<never, never>>(
  declared: Operation<S, B>,
): RunnableOperation {
  const shape: Shape = { ...declared.params, ...(declared.method === 'DELETE' ? {} : EXPAND) };
  const browserShape: Shape = { ...shape, ...BROWSER, ...declared.publishable };
  return {
    method: declared.method,
    path: declared.path,
    publishable: declared.publishable !== undefined,
    prepare(form, publishable) {
      const params = parseParams(publishable ? browserShape : shape, form);
      const expand = (params.expand ?? []) as string[];
      return {
        expand,
        execute: (call) => declared.handle(call, params as Parsed<S> & Partial<Parsed<B>>),
      };
    },
  };
}
