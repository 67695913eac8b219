import { runProgram } from './program';
import { startServer } from './start';

await runProgram(async (env, log) => {
  const server = await startServer({
    env,
    log,
    dev: process.argv.includes('--dev'),
    worker: true,
    app: { processMetrics: true, limitTrpc: true },
  });
  const { url, simulator } = server;
  log.info({ url, simulatorUrl: simulator?.url ?? null, mode: env.mode }, `ready: ${url}`);
  return server;
}, 'running requests are finished first');
