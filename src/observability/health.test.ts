import { expect, it } from 'vitest';
import { createHealth, type HealthSources } from './health';

const well: HealthSources = {
  isReady: () => true,
  pingDatabase: async () => 1,
  pingRedis: null,
  isProcessorReachable: () => true,
  hasLiveEvents: () => true,
};
const away = () => Promise.reject(new Error('away'));

it.each([
  ['healthy', {}],
  ['degraded', { isProcessorReachable: () => false }],
  ['degraded', { pingRedis: away }],
  ['unhealthy', { pingDatabase: away }],
] as const)('is %s with %o', async (status, change) => {
  expect((await createHealth({ ...well, ...change }).report()).status).toBe(status);
});

it('is not ready before migrations are done, nor without the database', async () => {
  expect(await createHealth(well).ready()).toBe(true);
  expect(await createHealth({ ...well, isReady: () => false }).ready()).toBe(false);
  expect(await createHealth({ ...well, pingDatabase: away }).ready()).toBe(false);
});

it('asks the database once for probes that come at the same time', async () => {
  let pings = 0;
  const health = createHealth({ ...well, pingDatabase: async () => ++pings });
  await Promise.all([health.report(), health.ready(), health.report()]);
  expect(pings).toBe(1);
});
