import { assertShared } from './assert-shared';
import { boot } from './boot';
import { runProgram } from './program';
import { startAppWorker } from './worker';

await runProgram(async (env, log) => {
  assertShared(env, 'A worker of its own');
  const booted = await boot({ env, log, ownUrl: env.server.webhookBaseUrl });
  const tasks = await startAppWorker(booted.app, booted.databaseUrl).catch(async (error: unknown) => {
    await booted.stop();
    throw error;
  });
  log.info({ mode: env.mode }, 'the worker runs, without doors');
  return {
    stop: async () => {
      await tasks.stop();
      await booted.stop();
    },
  };
}, 'running tasks are finished first');
