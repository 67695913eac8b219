import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_PLACES } from '@/server/seed-places';
import { startTestApp, type TestApp } from '../support/app';
import { ensureNextBuild } from '../support/next-build';

/* /demo/live of a service that is no demo. In a process of its own: pages know one app per process. */

let app: TestApp;
beforeAll(async () => {
  await ensureNextBuild();
  app = await startTestApp({ mount: 'next' });
}, 400_000);
afterAll(() => app?.stop());

it('outside of the demo there is neither the page nor a token', async () => {
  const statuses = await Promise.all([
    fetch(`${app.url}/demo/live`),
    fetch(`${app.url}/demo/live/token?restaurantId=${DEMO_PLACES.bella.id}`, { method: 'POST' }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([404, 404]);
});
