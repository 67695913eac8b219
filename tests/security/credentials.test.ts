import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { refusalOf, startTestApp, type TestApp } from '../support/app';
import { asRestaurant, refusedLegacy } from '../support/legacy-socket';

/** Where a token's header says that its key is. Nobody may look there. */
const asked: string[] = [];
const elsewhere = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.end('{"keys":[]}');
});
let app: TestApp;
let keyPair: Awaited<ReturnType<typeof generateKeyPair>>;
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/keys`;
  keyPair = await generateKeyPair('RS256', { extractable: true });
  app = await startTestApp();
});
afterAll(async () => {
  elsewhere.close();
  await app?.stop();
});

const IN_AN_HOUR = () => Math.floor(Date.now() / 1000) + 3_600;
const admin = () => new SignJWT({ role: 'ADMIN', sub: 'admin-1', exp: IN_AN_HOUR() });
const ownKey = () =>
  admin().setProtectedHeader({ alg: 'RS256', kid: '../../../../dev/null' }).sign(keyPair.privateKey);

const FORGED: readonly (readonly [string, () => Promise<string> | string, string])[] = [
  [
    'of no algorithm',
    () => new UnsecuredJWT({ role: 'ADMIN', sub: 'admin-1', exp: IN_AN_HOUR() }).encode(),
    'TOKEN_INVALID',
  ],
  [
    'signed with a guessed secret',
    () =>
      admin()
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode('x'.repeat(32))),
    'TOKEN_INVALID',
  ],
  ['of another algorithm', ownKey, 'TOKEN_INVALID'],
  [
    'that brings its own key',
    async () =>
      admin()
        .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(keyPair.publicKey) })
        .sign(keyPair.privateKey),
    'TOKEN_INVALID',
  ],
  [
    'that says where its key is',
    () => admin().setProtectedHeader({ alg: 'RS256', jku: url, x5u: url }).sign(keyPair.privateKey),
    'TOKEN_INVALID',
  ],
  ['that has expired', () => app.token('ADMIN', 'admin-1', '-1h'), 'TOKEN_EXPIRED'],
  ['whose role was raised', async () => raised(await app.token('CUSTOMER', 'customer-1')), 'TOKEN_INVALID'],
];

describe.each(FORGED)('a token %s', (_name, make, code) => {
  it('opens no door: tRPC, REST, exports, websockets, Socket.IO', async () => {
    const token = await make();
    const headers = { authorization: `Bearer ${token}` };
    expect(await refusalOf(app.with(headers).payments.list.query({}))).toMatchObject({
      code: 'UNAUTHORIZED',
      appCode: code,
    });
    const rest = await fetch(`${app.url}/api/v1/payments`, { headers });
    expect([rest.status, await rest.json()]).toEqual([401, expect.objectContaining({ code })]);
    const file = await fetch(`${app.url}/api/exports/payments.csv`, { headers });
    expect([file.status, await file.json()]).toEqual([401, expect.objectContaining({ code })]);
    expect(await websocketEnd(token)).toBe(4401);
    expect(await refusedLegacy(app.url, asRestaurant(token, 'r1'))).toMatchObject({ code });
  });
});

it('keys are not fetched from addresses that a token names', () => {
  expect(asked).toEqual([]);
});

it('a session id that no database can hold is an unknown one, over websockets too', async () => {
  expect(await websocketEnd(null, 'a\0b')).toBe(4401);
  const errors = app.logLines.filter((line) => line.startsWith('{"level":50'));
  expect(errors).toEqual([]);
});

/** How a websocket with these credentials is closed. */
function websocketEnd(token: string | null, sessionId?: string): Promise<number> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/trpc?connectionParams=1`);
  return new Promise((resolve) => {
    socket.once('open', () => {
      const data = token === null ? { sessionId } : { token };
      socket.send(JSON.stringify({ method: 'connectionParams', data }));
    });
    socket.once('close', resolve);
  });
}

/** Its payload says ADMIN, its signature is of what it said before. */
function raised(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return [
    header,
    Buffer.from(JSON.stringify({ ...claims, role: 'ADMIN' })).toString('base64url'),
    signature,
  ].join('.');
}
