import { createServer } from 'node:http';
import type { CreateIntentParams, Processor } from '@/services/ports';
import { createStripeClient, type StripeClient } from '@/stripe/client';
import { createProcessor } from '@/stripe/processor';
import { type Simulator, startSimulator } from '@/stripe/simulator';
import { createTokenBucket } from '@/stripe/token-bucket';

export interface Rig {
  simulator: Simulator;
  client: StripeClient;
  processor: Processor;
  batch: Processor;
  close(): Promise<void>;
}

/** The real SDK against a simulator of its own, with a short time limit so that hangs end soon. */
export async function startRig(timeoutMs = 1_500): Promise<Rig> {
  const simulator = await startSimulator({ production: false });
  const client = createStripeClient({
    secretKey: 'sk_test_adapter',
    apiBase: simulator.url,
    apiVersion: '2026-10-28.endive',
    timeoutMs,
  });
  const bucket = createTokenBucket({ ratePerSec: 5_000 });
  return {
    simulator,
    client,
    processor: createProcessor({ client, bucket, priority: 'interactive' }),
    batch: createProcessor({ client, bucket, priority: 'batch' }),
    async close() {
      client.close();
      await simulator.close();
    },
  };
}

export function creation(paymentId: string, more: Partial<CreateIntentParams> = {}): CreateIntentParams {
  return {
    amountMinor: 1_250,
    currency: 'USD',
    metadata: { paymentId },
    customerId: null,
    saveCard: false,
    statementSuffix: null,
    ...more,
  };
}

export interface Delivery {
  body: string;
  signature: string | null;
}

/** A webhook endpoint that keeps what arrives, as it arrives, and answers 200. */
export async function startInbox(): Promise<{ url: string; deliveries: Delivery[]; close(): Promise<void> }> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = request.headers['stripe-signature'];
      deliveries.push({
        body: Buffer.concat(chunks).toString('utf8'),
        signature: typeof signature === 'string' ? signature : null,
      });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    deliveries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
