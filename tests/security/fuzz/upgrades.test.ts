import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app';
import { watchFaults } from './faults';
import { HOSTILE_TEXTS } from './hostile';
import { openRawSocket } from './raw-socket';
import { each, HANG_MS, INPUTS_EACH, SEED, shown } from './run';
import { NO_LIMITS } from './world';

/* Bytes on a socket: requests for a websocket, and for the doors of HTTP, that no client would write. */
let app: TestApp;
let faults: ReturnType<typeof watchFaults>;
beforeAll(async () => {
  app = await startTestApp({ env: { ...NO_LIMITS, LIVE_CONNECTIONS_PER_IP: '100000' } });
  faults = watchFaults(app);
});
afterEach(async () => {
  expect(faults.since()).toEqual([]);
  expect((await fetch(`${app.url}/ready`)).status).toBe(200);
  const socket = await openRawSocket(`${app.url}/socket.io/?EIO=4&transport=websocket`);
  expect(await socket.first((frame) => frame.startsWith('0{'))).not.toBeNull();
  socket.end();
});
afterAll(async () => {
  faults?.stop();
  await app?.stop();
});

/** As they may stand in a header: another line would be another header. */
const texts = fc.oneof(
  fc.constantFrom(
    ...HOSTILE_TEXTS.map((text) =>
      Buffer.from(text.slice(0, 300))
        .toString('latin1')
        .replace(/[\r\n\0]/g, ' '),
    ),
  ),
  fc.string({ maxLength: 40 }),
);
const hosts = fc.oneof(
  fc.constantFrom(
    '',
    '[',
    '[::1',
    'a b',
    'x:99999',
    'x:y',
    '%zz',
    'a@b:c',
    '..',
    'xn--',
    '127.0.0.1',
    'localhost',
    'http://x',
  ),
  texts,
);
const HEADERS = {
  origin: fc.oneof(
    fc.constantFrom('null', 'http://[', 'https://evil.example', 'http://localhost:3001', ''),
    texts,
  ),
  'sec-websocket-key': fc.oneof(fc.constantFrom('dGhlIHNhbXBsZSBub25jZQ==', 'x', ''), texts),
  'sec-websocket-version': fc.constantFrom('13', '13', '8', '0', 'x', ''),
  'sec-websocket-protocol': fc.oneof(fc.constantFrom('a,a', ',', 'a b'), texts),
  'sec-websocket-extensions': fc.oneof(
    fc.constantFrom('permessage-deflate; x', ';', 'permessage-deflate; server_max_window_bits=99'),
    texts,
  ),
  cookie: fc.oneof(fc.constantFrom('=', ';;', '__proto__=1', 'tabsy.session_token=%ff'), texts),
  authorization: texts,
  'x-session-id': texts,
  'x-forwarded-for': fc.oneof(fc.constantFrom(',,,', '::1', '999.1.1.1', '[::1]:5'), texts),
  'x-forwarded-proto': texts,
};
const requests = fc.record({
  method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'POST', 'OPTIONS', 'HEAD'),
  path: fc.oneof(
    fc.constantFrom(
      '/api/trpc',
      '/api/trpc',
      '/api/trpc?connectionParams=1',
      '/api/trpc?connectionParams=%',
      '//api/trpc',
      '///[/api/trpc',
      '/api/trpc/../..',
      'http://[/api/trpc',
      'http://x:99999/api/trpc',
      'http:///api/trpc',
      '*',
      '/',
      '/api/trpc/live.admin',
      '/api/v1/orders/%',
      '/socket.io/?EIO=4&transport=websocket',
      '/socket.io/?EIO=4&transport=websocket&sid=__proto__',
      '/socket.io',
      '/socket.io/?EIO=3&transport=polling',
      '/socket.io/?transport=__proto__',
      '/socket.io/?EIO=4&transport=websocket&sid=a&sid=b',
      '/socket.io/../api/trpc',
    ),
    texts.map((text) => `/${text.replace(/ /g, '+')}`),
  ),
  host: hosts,
  upgrade: fc.constantFrom('websocket', 'websocket', 'websocket', 'h2c', 'WebSocket, x', null),
  headers: fc.record(HEADERS, { requiredKeys: [] }),
});
type Sent = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

it('any request line and headers get an answer that is no failure of ours, and end nothing but their connection', async () => {
  const problems: string[] = [];
  // Three times as many: there are two doors for websockets, and all the others.
  await each(fc.sample(requests, { numRuns: INPUTS_EACH * 3, seed: SEED }), async (sent) => {
    const answer = await send(sent).catch((error: unknown) => String(error));
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
    // 501: an upgrade to what nobody here speaks.
    if (!(status < 500 || status === 501)) problems.push(`${shown(sent)} -> ${answer.slice(0, 300)}`);
  });
  expect(problems).toEqual([]);
});

function send({ method, path, host, upgrade, headers }: Sent): Promise<string> {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    ...(upgrade === null ? ['connection: close'] : ['connection: Upgrade', `upgrade: ${upgrade}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    const hang = setTimeout(() => reject(new Error('hangs')), HANG_MS);
    const end = (answer: string) => {
      clearTimeout(hang);
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString('latin1')));
    socket.once('close', () => end('closed without an answer'));
    socket.on('error', () => undefined);
    socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  });
}
