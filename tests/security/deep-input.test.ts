import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app';
import { openRawSocket } from './fuzz/raw-socket';

// Lists in lists, thousands deep: a walk through them once ended in a stack overflow, an answer of 500 at every door. As text, as
// fast-check cannot make them.
const DEEP = '['.repeat(7_500) + ']'.repeat(7_500);

let app: TestApp;
let token: string;
let service: string;
beforeAll(async () => {
  app = await startTestApp();
  token = await app.token('ADMIN', 'admin-1');
  service = await app.token('SERVICE', 'platform');
});
afterAll(async () => {
  expect(app.logLines.filter((line) => line.startsWith('{"level":50'))).toEqual([]);
  await app.stop();
});

it.each([
  ['/api/trpc/payments.create', `{"json":${DEEP}}`],
  ['/api/trpc/payments.create', `{"json":{"orderId":${DEEP}}}`],
  ['/api/trpc/payments.create', `{"json":{"orderId":"1"},"meta":{"values":${DEEP}}}`],
  ['/api/trpc/platform.orders.sync', `{"json":{"orders":[{"id":${DEEP}}]}}`],
  ['/api/trpc/platform.orders.sync', `{"json":${DEEP}}`],
  ['/api/v1/payments/intent', `{"orderId":${DEEP}}`],
  ['/api/v1/payments/intent', DEEP],
])('%s refuses deep JSON as INVALID_INPUT', async (path, body) => {
  const response = await fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${path.includes('sync') ? service : token}`,
      'content-type': 'application/json',
    },
    body,
  });
  // Rows of a sync are answered one by one, with a 200.
  expect(response.status).toBeLessThan(500);
  expect(await response.text()).toContain('"INVALID_INPUT"');
});

it('a subscription refuses deep JSON as INVALID_INPUT', async () => {
  const socket = await openRawSocket(`${app.url}/api/trpc?connectionParams=1`);
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  socket.send(
    `{"id":1,"method":"subscription","params":{"path":"live.admin","input":{"json":{"x":${DEEP}}}}}`,
  );
  expect(await socket.first((frame) => frame.includes('"error"'))).toContain('"INVALID_INPUT"');
  socket.end();
});

it('Socket.IO refuses deep JSON as INVALID_INPUT', async () => {
  const socket = await openRawSocket(`${app.url}/socket.io/?EIO=4&transport=websocket`);
  await socket.first((frame) => frame.startsWith('0{'));
  socket.send(`40/restaurant,${JSON.stringify({ token })}`);
  await socket.first((frame) => frame.startsWith('40/restaurant'));
  socket.send(`42/restaurant,1["join:payment",${DEEP}]`);
  expect(await socket.first((frame) => frame.startsWith('43/'))).toContain('"INVALID_INPUT"');
  socket.end();
});
