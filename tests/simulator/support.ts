import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { type Simulator, type SimulatorOptions, startSimulator } from '@/stripe/simulator';

export const WEBHOOK_SECRET = 'whsec_simulator_tests';

/** A client of the real SDK that talks to the simulator. */
export function clientFor(
  simulator: Simulator,
  config: ConstructorParameters<typeof Stripe>[1] = {},
  key = 'sk_test_sim',
) {
  return new Stripe(key, {
    host: '127.0.0.1',
    port: simulator.port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    ...config,
  });
}

export async function startTest(options: Partial<SimulatorOptions> = {}) {
  const simulator = await startSimulator({ production: false, ...options });
  return { simulator, stripe: clientFor(simulator) };
}

export interface Received {
  raw: string;
  signature: string;
  event: Stripe.Event;
}

/** An endpoint that keeps what it receives and answers with `status()`. */
export async function startReceiver(status: (received: Received, count: number) => number = () => 200) {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    let raw = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      raw += chunk;
    });
    request.on('end', () => {
      const item = {
        raw,
        signature: String(request.headers['stripe-signature']),
        event: JSON.parse(raw) as Stripe.Event,
      };
      received.push(item);
      response.writeHead(status(item, received.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, close };
}

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await promise;
  } catch (error) {
    return error as Stripe.errors.StripeError;
  }
  throw new Error('expected a rejection');
}

/** Pays in one call with a test card token. */
export function pay(
  stripe: Stripe,
  amount: number,
  card = 'pm_card_visa',
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
) {
  return stripe.paymentIntents.create({
    amount,
    currency: 'usd',
    payment_method: card,
    confirm: true,
    ...more,
  });
}

export function typesOf(simulator: Simulator): string[] {
  return simulator.control.state().events.map((event) => event.type);
}
