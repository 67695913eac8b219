// The server of the live benchmark, without pages, in a process of its own. Started by live-processes.ts, which talks to it over IPC.
import { loadEnv } from '@/env';
import { startServer } from '@/server/start';

async function main(): Promise<void> {
  const server = await startServer({ env: loadEnv(process.env), next: false, app: { processMetrics: true } });
  process.on('message', (command: 'memory' | 'stop') => {
    if (command === 'stop') void server.stop().then(() => process.exit(0));
    else {
      // What is still in use, not what waits to be collected.
      globalThis.gc?.();
      process.send?.({ memoryBytes: process.memoryUsage().rss });
    }
  });
  process.on('disconnect', () => process.exit(1));
  process.send?.({ url: server.url });
}

await main();
