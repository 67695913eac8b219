import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalOf, startTestApp, type TestApp } from '../../support/app';
import { pay, setScene } from './support';

let app: TestApp;
let offsetMs = 0;
beforeAll(async () => {
  app = await startTestApp({ app: { clock: { now: () => new Date(Date.now() + offsetMs) } } });
});
afterAll(() => app.stop());

test('a session is over by the clock of the rules, not by that of the database', async () => {
  const { guest, orderId } = await setScene(app);
  offsetMs = 5 * 3_600_000;
  expect(await refusalOf(pay(guest, orderId))).toMatchObject({ appCode: 'SESSION_CLOSED' });
  offsetMs = 0;
  expect((await pay(guest, orderId)).status).toBe('PENDING');
});
