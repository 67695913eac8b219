import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app';
import {
  sendWebhook,
  signatureHeader,
  signatureOf,
  stripeEvent,
  WEBHOOK_PATHS,
} from '../../support/webhook-sender';
import { countRows, inboxRow, metric } from './traces';

const OLD_SECRET = 'whsec_the_one_that_is_rotated_out';
const NEW_SECRET = 'whsec_the_one_that_is_rotated_in';
const NOW_SEC = 1_790_000_000;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    env: { STRIPE_WEBHOOK_SECRET: OLD_SECRET, STRIPE_WEBHOOK_ENDPOINT_SECRET: NEW_SECRET },
    app: { clock: { now: () => new Date(NOW_SEC * 1000 + 999) } },
  });
});
afterAll(() => app.stop());

const someEvent = () =>
  stripeEvent('product.updated', { id: 'prod_1', object: 'product', note: 'Zürich ✓ 😀' });
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const signed = (body: string | Uint8Array, secret = OLD_SECRET, atSec = NOW_SEC) =>
  signatureHeader(body, secret, atSec);

/** Sends bytes that must be refused, and says why the door refused them. */
async function refused(body: string | Uint8Array<ArrayBuffer>, header: string | null): Promise<string> {
  const answer = await sendWebhook(app, body, { header });
  expect(answer.status).toBe(400);
  return /signature (\w+)/.exec(answer.text)?.[1] ?? answer.text;
}

test('no changed, added or lost byte passes the signature, and none leaves a row', async () => {
  const body = bytesOf(someEvent());
  const header = signed(body);
  const before = await countRows(app);
  const position = fc.nat({ max: body.length - 1 });
  const change = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: position, mask: fc.integer({ min: 1, max: 255 }) }),
    fc.record({
      kind: fc.constant('insert' as const),
      at: fc.nat({ max: body.length }),
      mask: fc.nat({ max: 255 }),
    }),
    fc.record({ kind: fc.constant('drop' as const), at: position, mask: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(change, async ({ kind, at, mask }) => {
      const rest = kind === 'insert' ? body.subarray(at) : body.subarray(at + 1);
      const middle = kind === 'drop' ? [] : [kind === 'flip' ? (body[at] ?? 0) ^ mask : mask];
      expect(await refused(new Uint8Array([...body.subarray(0, at), ...middle, ...rest]), header)).toBe(
        'mismatch',
      );
    }),
    { numRuns: 300 },
  );
  expect(await countRows(app)).toEqual(before);
});

test('a byte order mark before the signed bytes, which decoding would hide, does not pass', async () => {
  const body = bytesOf(someEvent());
  expect(await refused(new Uint8Array([0xef, 0xbb, 0xbf, ...body]), signed(body))).toBe('mismatch');
});

test('bytes that are no UTF-8 and would decode to what was signed do not pass', async () => {
  const text = JSON.stringify({ ...someEvent(), note: '\ufffd' });
  const body = [...new TextEncoder().encode(text)];
  const at = body.findIndex((byte, i) => byte === 0xef && body[i + 1] === 0xbf && body[i + 2] === 0xbd);
  body.splice(at, 3, 0xff);
  expect(await refused(new Uint8Array(body), signed(text))).toBe('mismatch');
});

test.each([
  ['no header', null, 'missing'],
  ['an empty header', '', 'missing'],
  ['garbage', 'garbage', 'malformed'],
  ['no timestamp', `v1=${'a'.repeat(64)}`, 'malformed'],
  ['no v1', `t=${NOW_SEC}`, 'malformed'],
  ['only a v0', `t=${NOW_SEC},v0=${'a'.repeat(64)}`, 'malformed'],
  ['two timestamps', `t=${NOW_SEC},t=${NOW_SEC},v1=${'a'.repeat(64)}`, 'malformed'],
  ['a signature of another length', `t=${NOW_SEC},v1=abcd`, 'mismatch'],
  ['a header of 4 kB', `t=${NOW_SEC},v1=${'a'.repeat(4096)}`, 'malformed'],
])('%s is refused with 400 and leaves a counter as its only trace', async (_name, header, reason) => {
  const counter = `tabsy_webhook_signature_failures_total{reason="${reason}"}`;
  const [rows, count] = [await countRows(app), await metric(app, counter)];
  expect(await refused(JSON.stringify(someEvent()), header)).toBe(reason);
  expect(await countRows(app)).toEqual(rows);
  expect(await metric(app, counter)).toBe(count + 1);
});

test('another secret, or the signature of another second, does not pass', async () => {
  const body = JSON.stringify(someEvent());
  expect(await refused(body, signed(body, 'whsec_of_somebody_else'))).toBe('mismatch');
  expect(await refused(body, `t=${NOW_SEC - 1},v1=${signatureOf(body, OLD_SECRET, NOW_SEC)}`)).toBe(
    'mismatch',
  );
});

test('a signature is good for 300 s either way by the injected clock, not for 301', async () => {
  for (const ageSec of [0, 299, 300, -299, -300]) {
    expect((await sendWebhook(app, someEvent(), { atSec: NOW_SEC - ageSec })).status).toBe(200);
  }
  const body = JSON.stringify(someEvent());
  expect(await refused(body, signed(body, OLD_SECRET, NOW_SEC - 301))).toBe('stale');
  expect(await refused(body, signed(body, OLD_SECRET, NOW_SEC + 301))).toBe('future');
});

test('while a secret is rotated both are accepted, and any good v1 among several', async () => {
  for (const secret of [OLD_SECRET, NEW_SECRET]) {
    expect((await sendWebhook(app, someEvent(), { secret, atSec: NOW_SEC })).status).toBe(200);
  }
  const body = JSON.stringify(someEvent());
  const several = [
    `t=${NOW_SEC}`,
    `v1=${'0'.repeat(64)}`,
    `v0=${'1'.repeat(64)}`,
    `v1=${signatureOf(body, NEW_SECRET, NOW_SEC)}`,
  ];
  expect((await sendWebhook(app, body, { header: several.join(',') })).status).toBe(200);
});

test('a good signature over something that is no event is refused and leaves no row', async () => {
  const before = await countRows(app);
  for (const body of ['', '{', '[]', '"text"', '{"object":"event"}', '{"object":"charge","id":"ch_1"}']) {
    expect(await refused(body, signed(body))).toBe('body');
  }
  expect(await countRows(app)).toEqual(before);
});

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])(
  'an event of %s in each other without an end is refused the same way, wherever they stand',
  async (_what, open, close) => {
    const before = await countRows(app);
    const deep = `${open.repeat(50_000)}${open === '[' ? '' : '1'}${close.repeat(50_000)}`;
    const event = someEvent();
    const places: object[] = [
      { ...event, more: 'HERE' },
      { ...event, data: { object: { metadata: 'HERE' } } },
    ];
    for (const place of places) {
      const body = JSON.stringify(place).replace('"HERE"', () => deep);
      expect(await refused(body, signed(body))).toBe('body');
    }
    expect(await countRows(app)).toEqual(before);
  },
);

test.each(WEBHOOK_PATHS)('%s answers Stripe with plain {received:true}', async (path) => {
  const event = someEvent();
  const body = JSON.stringify(event);
  const response = await fetch(`${app.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'stripe-signature': signed(body) },
  });
  expect([response.status, await response.text()]).toEqual([200, '{"received":true}']);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await inboxRow(app, event.id)).toMatchObject({ state: 'IGNORED', finished: true });
});

test.each(WEBHOOK_PATHS)('%s takes only POST, and no body above its limit', async (path) => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
    const response = await fetch(`${app.url}${path}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  }
  const large = JSON.stringify({ ...someEvent(), filler: 'x'.repeat(1024 * 1024) });
  expect((await sendWebhook(app, large, { path, atSec: NOW_SEC })).status).toBe(413);
  const chunked = new Response(large).body;
  const response = await fetch(`${app.url}${path}`, {
    method: 'POST',
    body: chunked,
    headers: { 'stripe-signature': signed(large) },
    duplex: 'half',
  } as RequestInit);
  expect(response.status).toBe(413);
});
