// The server of a benchmark, in a process of its own: what `npm start` runs, plus a choice of the mount and a record of how
// long each call to the processor took. Started by server-process.ts, which talks to it over IPC.
import { loadEnv } from '@/env';
import { startServer } from '@/server/start';
import type { Processor } from '@/services/ports';
import { createStripeClient } from '@/stripe/client';
import { createProcessor } from '@/stripe/processor';
import { createTokenBucket } from '@/stripe/token-bucket';
import type { ServerCommand, ServerReport } from './server-process';

const say = (report: ServerReport) => process.send?.(report);

async function main(): Promise<void> {
  const env = loadEnv(process.env);
  const createCallMs: [orderId: string, ms: number][] = [];
  const server = await startServer({
    env,
    mount: process.argv[2] === 'next' ? 'next' : 'direct',
    app: { processMetrics: true, processor: timed(connectProcessor(env), createCallMs) },
  });
  process.on('message', (command: ServerCommand) => {
    if (command === 'cpu') {
      const { user, system } = process.cpuUsage();
      say({ kind: 'cpu', cpuMs: (user + system) / 1000 });
    } else if (command === 'memory') {
      globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      say({ kind: 'memory', rssBytes: rss, heapBytes: heapUsed });
    } else if (command === 'calls') {
      say({ kind: 'calls', createCallMs: createCallMs.splice(0) });
    } else {
      void server.stop().then(() => process.exit(0));
    }
  });
  // A benchmark that was killed takes its server with it.
  process.on('disconnect', () => process.exit(1));
  say({ kind: 'ready', url: server.url });
}

function connectProcessor(env: ReturnType<typeof loadEnv>): Processor {
  const client = createStripeClient({
    secretKey: env.stripe.secretKey,
    apiBase: env.stripe.apiBase,
    apiVersion: env.stripe.apiVersion,
    timeoutMs: env.stripe.timeoutMs,
  });
  const bucket = createTokenBucket({ ratePerSec: env.stripe.requestsPerSecond });
  return createProcessor({ client, bucket, priority: 'interactive' });
}

function timed(processor: Processor, record: [string, number][]): Processor {
  return {
    ...processor,
    async createIntent(params, key) {
      const startedMs = performance.now();
      const outcome = await processor.createIntent(params, key);
      record.push([params.metadata.orderId ?? '', performance.now() - startedMs]);
      return outcome;
    },
  };
}

await main();
