import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { hasAddress } from './http';
import { handleUpgrades, type UpgradeDoor } from './upgrades';

const server = createServer();
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('a caller who resets the connection while it is refused harms nobody', async () => {
  let taken: Duplex | undefined;
  const door: UpgradeDoor = {
    path: '/door',
    upgrade(_incoming, socket) {
      taken = socket;
      socket.end('HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    },
  };
  const upgraded = handleUpgrades(server, {
    settings: { production: false, trustedProxyHops: 0, corsOrigins: [] },
    doors: () => [door],
    next: () => null,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  caller.on('error', () => undefined);
  caller.write('GET /door HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await once(caller, 'data');
  const socket = taken;
  if (socket === undefined) throw new Error('the door was not asked');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // An error that nobody listens to would be thrown here, and end the process.
  expect(socket.emit('error', new Error('read ECONNRESET'))).toBe(true);
  await closed;
  expect(upgraded.size).toBe(0);
  caller.destroy();
});

it.each([
  ['GET /door HTTP/1.1', '['],
  ['GET /door HTTP/1.1', 'x:99999'],
  ['GET http://x:99999/door HTTP/1.1', 'x'],
])('%s with the host %s is refused before any door', async (line, host) => {
  const asked: string[] = [];
  const strict = createServer();
  const door: UpgradeDoor = { path: '/door', upgrade: ({ url }) => void asked.push(url ?? '') };
  handleUpgrades(strict, {
    settings: { production: false, trustedProxyHops: 0, corsOrigins: [] },
    doors: () => [door],
    next: () => null,
  });
  strict.listen(0, '127.0.0.1');
  await once(strict, 'listening');
  const caller = connect((strict.address() as AddressInfo).port, '127.0.0.1');
  caller.write(`${line}\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  const [answer] = (await once(caller, 'data')) as [Buffer];
  expect(String(answer)).toContain('400 Bad Request');
  expect(asked).toEqual([]);
  caller.destroy();
  strict.close();
});

it.each(['//', '///', '//?x', '//a:b/c', '/restaurants//payments'])(
  '%s is an address like any other',
  (url) => {
    expect(hasAddress({ url, headers: { host: 'x' } } as IncomingMessage)).toBe(true);
  },
);
