import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { answerRequests } from './requests';
import type { GatewaySocket } from './types';

/** A platform admin's socket, which may join every restaurant. */
function adminSocket() {
  const socket = Object.assign(new EventEmitter(), {
    id: 'socket-1',
    connected: true,
    data: { ctx: { actor: { kind: 'admin', userId: 'admin-1' } }, asked: new Map() },
    join: async () => undefined,
    leave: async () => undefined,
  });
  answerRequests(socket as unknown as GatewaySocket, async () => true);
  const ask = (name: string, room: string) =>
    new Promise((resolve) => socket.emit(name, `restaurant:${room}`, resolve));
  return { ask, asked: socket.data.asked };
}

test('a socket is in so many rooms at most, as each is looked up again; who leaves one may join another', async () => {
  const { ask, asked } = adminSocket();
  for (let n = 0; n < 200; n++) expect(await ask('join-room', `r${n}`)).toEqual({ success: true });
  expect(await ask('join-room', 'one-more')).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
  expect(await ask('join-room', 'r7')).toEqual({ success: true });
  await ask('leave-room', 'r7');
  expect(asked.has('restaurant:r7')).toBe(false);
  expect(await ask('join-room', 'one-more')).toEqual({ success: true });
  expect(asked.size).toBe(200);
});
