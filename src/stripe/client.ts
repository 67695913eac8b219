import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import Stripe from 'stripe';
import { withoutHiddenRetry } from './transport';

const MAX_SOCKETS = 64;

export interface StripeClientOptions {
  secretKey: string;
  /** Scheme, host and port of a Stripe-compatible server; Stripe itself when absent. */
  apiBase?: string;
  /** Sent as Stripe-Version. Only the SDK's own is tested (decision 22). */
  apiVersion: string;
  /** Longest time for one processor call, in milliseconds: both attempts of a lost one together; if interactive, all its
   * requests and its wait for a token too. */
  timeoutMs: number;
}

export interface StripeClient {
  sdk: Stripe;
  timeoutMs: number;
  /** Drops the kept connections. */
  close(): void;
}

/**
 * The Stripe SDK as this service uses it: keep-alive, no telemetry, and no retry of its own. call.ts retries, because
 * only a caller who knows every attempt can tell "never executed" from "perhaps executed".
 * @throws Error for an `apiBase` that is not a bare http(s) origin
 */
export function createStripeClient(options: StripeClientOptions): StripeClient {
  const base = options.apiBase ? originOf(options.apiBase) : null;
  const isPlainHttp = base?.protocol === 'http';
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' as const };
  const agent = isPlainHttp ? new HttpAgent(agentOptions) : new HttpsAgent(agentOptions);
  const sdk = new Stripe(options.secretKey, {
    // The SDK types only its own version; decision 22 sends any date.
    apiVersion: options.apiVersion as Stripe.LatestApiVersion,
    httpClient: withoutHiddenRetry(Stripe.createNodeHttpClient(agent)),
    maxNetworkRetries: 0,
    timeout: options.timeoutMs,
    telemetry: false,
    ...base,
  });
  return { sdk, timeoutMs: options.timeoutMs, close: () => agent.destroy() };
}

function originOf(apiBase: string): { protocol: 'http' | 'https'; host: string; port: number } {
  const url = URL.canParse(apiBase) ? new URL(apiBase) : null;
  const protocol = url?.protocol === 'http:' ? 'http' : url?.protocol === 'https:' ? 'https' : null;
  if (!url || !protocol || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new Error('The Stripe API base must be an origin such as https://api.stripe.com, without a path.');
  }
  const defaultPort = protocol === 'http' ? 80 : 443;
  return { protocol, host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || defaultPort) };
}
