// The server of the live benchmark, without pages, in a process of its own. Started by live-processes.ts, which talks to it over IPC.
import { loadEnv } from '@/env';
import { startServer } from '@/server/start';

async function main(): Promise<void> {
  const server = await startServer({ env: loadEnv(process.env), next: false, app: { processMetrics: true } });
  process.on('message', (command: 'memory' | 'cpu' | 'stop') => {
    if (command === 'stop') void server.stop().then(() => process.exit(0));
    else if (command === 'cpu') process.send?.({ cpuMs: cpuMs() });
    else {
      // What is still in use, not what waits to be collected.
      globalThis.gc?.();
      process.send?.({ memoryBytes: process.memoryUsage().rss });
    }
  });
  process.on('disconnect', () => process.exit(1));
  process.send?.({ url: server.url });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

await main();
