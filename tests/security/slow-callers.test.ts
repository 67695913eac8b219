import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { closeServer, createHttpServer, LIMITS, listen } from '@/server/listen';

/** As in production, but that patience ends sooner. */
const IMPATIENT = { ...LIMITS, headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };

let server: ReturnType<typeof createHttpServer>;
afterEach(() => closeServer(server, 0));

async function start(answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void) {
  server = createHttpServer(IMPATIENT);
  server.on('request', answer);
  return listen(server, 0, '127.0.0.1');
}

/** Sends a part every now and then, for ever; answers what came back when the server had enough. */
async function trickle(port: number, first: string, drip: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(first);
  const dripping = setInterval(() => socket.write(drip), 20);
  let answer = '';
  socket.on('data', (data: Buffer) => {
    answer += data.toString();
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  clearInterval(dripping);
  return answer;
}

it('whoever sends headers drop by drop is cut off', async () => {
  const port = await start(() => expect.unreachable());
  expect(await trickle(port, 'GET / HTTP/1.1\r\nhost: x\r\n', 'x-slow: 1\r\n')).toContain('408');
});

it('whoever sends a body drop by drop is cut off, and others are answered meanwhile', async () => {
  const port = await start((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => outgoing.end('done'));
    incoming.on('error', () => undefined);
  });
  const head = 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n';
  const slow = Array.from({ length: 20 }, () => trickle(port, head, '1\r\nx\r\n'));
  const quick = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });
  expect(await quick.text()).toBe('done');
  for (const answer of await Promise.all(slow)) expect(answer).not.toContain('200 OK');
});

it('headers have a size and a number', async () => {
  const port = await start((_incoming, outgoing) => void outgoing.end('done'));
  const large = await trickle(
    port,
    `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`,
    '',
  );
  expect(large).toContain('431');
});

it('in production, headers have ten seconds and whole requests thirty', () => {
  expect(LIMITS).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 });
});
