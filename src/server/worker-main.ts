import type { Env } from '@/env';
import { boot } from './boot';
import { StartError } from './explain';
import { runProgram } from './program';
import { startRecovery } from './worker';

await runProgram(async (env, log) => {
  assertShared(env);
  const booted = await boot({ env, log, ownUrl: env.server.webhookBaseUrl });
  const recovery = await startRecovery(booted.app, booted.databaseUrl).catch(async (error: unknown) => {
    await booted.stop();
    throw error;
  });
  log.info({ mode: env.mode }, 'the recovery runs, without doors');
  return {
    stop: async () => {
      await recovery.stop();
      await booted.stop();
    },
  };
}, 'running tasks are finished first');

/** A worker of its own works on what servers wrote: an embedded database or simulator would be another world. */
function assertShared(env: Env): void {
  if (!env.embeddedDatabase && !env.simulator) return;
  throw new StartError(
    'A worker of its own shares database and processor with the servers: set DATABASE_URL and STRIPE_SECRET_KEY. ' +
      'Without them, the server (npm run dev, npm start) runs the recovery itself.',
  );
}
