import { afterAll, beforeAll } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app';
import { ensureNextBuild } from '../../support/next-build';
import { describeDoors } from './doors-suite';

let app: TestApp;
beforeAll(async () => {
  await ensureNextBuild();
  app = await startTestApp({ mount: 'next' });
}, 240_000);
afterAll(() => app?.stop());

describeDoors('next', () => app);
