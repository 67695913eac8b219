import { assertShared } from './assert-shared';
import { runProgram } from './program';
import { startServer } from './start';

/* `npm run live`: websockets beside a plain `next start`, which has none (decision 30). The other doors answer here too. */
await runProgram(async (env, log) => {
  assertShared(env, 'A process for websockets');
  const server = await startServer({ env, log, next: false, app: { processMetrics: true, limitTrpc: true } });
  log.info({ url: server.url, mode: env.mode }, 'live events are served, without pages');
  return server;
}, 'clients are asked to reconnect elsewhere');
