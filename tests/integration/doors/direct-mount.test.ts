import { afterAll, beforeAll } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app';
import { describeDoors } from './doors-suite';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

describeDoors('direct', () => app);
