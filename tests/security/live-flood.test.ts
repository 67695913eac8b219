import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createFrameLimit } from '@/trpc/live-counts';
import { startTestApp, type TestApp, waitFor } from '../support/app';

// Flooding of Socket.IO: tests/integration/live/socket-io-access.test.ts.
let app: TestApp;
const open: WebSocket[] = [];
beforeAll(async () => {
  app = await startTestApp({ env: { LIVE_CONNECTIONS_PER_IP: '3', TRUST_PROXY: '1' } });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await waitFor('all are gone', () => app.server.live.connections() === 0);
});
afterAll(() => app?.stop());

/** A websocket, or the status with which it was refused. */
function connect(address = '203.0.113.1'): Promise<WebSocket | number> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/trpc?connectionParams=1`, {
    headers: { 'x-forwarded-for': address },
  });
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('open', () => {
      open.push(socket);
      resolve(socket);
    });
  });
}

describe('websockets of tRPC', () => {
  it('are so many for one address, even before anybody says who they are; another address has its own', async () => {
    const held = [await connect(), await connect(), await connect()];
    expect(held.every((socket) => socket instanceof WebSocket)).toBe(true);
    expect(await connect()).toBe(429);
    expect(await connect('203.0.113.2')).toBeInstanceOf(WebSocket);
    open.shift()?.terminate();
    await waitFor('there is room again', async () => (await connect()) instanceof WebSocket);
  });

  it('take so many frames, and then end', async () => {
    const socket = await connect();
    if (!(socket instanceof WebSocket)) throw new Error(`refused: ${socket}`);
    const token = await app.token('ADMIN', 'admin-1');
    socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
    const end = new Promise<number>((resolve) => socket.once('close', resolve));
    for (let n = 0; n < 1_300; n++) socket.send('{"id":1,"method":"subscription.stop"}');
    expect(await end).toBe(4430);
  });
});

it('frames are counted by the minute', () => {
  const mayTake = createFrameLimit(3);
  expect([mayTake(), mayTake(), mayTake(), mayTake()]).toEqual([true, true, true, false]);
});
