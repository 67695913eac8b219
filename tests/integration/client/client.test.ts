import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createPaymentsClient, isPaymentsError, newOperationKey } from '@/client';
import {
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';

let app: TestApp;
let restaurant: SeededRestaurant;
let session: SeededSession;
let line: FlakyLine;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  restaurant = await seedRestaurant(service);
  session = await seedSession(service, restaurant);
  line = await openFlakyLine(app.url);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  line.server.close();
  await app.stop();
});

/** What a browser has built in, and Node.js 20 lacks. */
const Socket = WebSocket as unknown as typeof globalThis.WebSocket;

const guest = (url = line.url) => createPaymentsClient({ url, guestSession: session.guests[0] });
const newOrder = async () =>
  seedOrder(await app.asService(), restaurant, { session, guestSessionId: session.guests[0] });

it('calls of one moment travel together, ten to a request', async () => {
  const orderId = await newOrder();
  const client = guest();
  line.requests.length = 0;
  const orders = await Promise.all(Array.from({ length: 12 }, () => client.orders.get.query({ orderId })));
  expect(orders.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, () => orderId));
  expect(line.requests.map(({ url }) => url.split('?')[0]?.split(',').length)).toEqual([10, 2]);
});

it('a mutation whose answer got lost is repeated with the same key: one payment', async () => {
  const orderId = await newOrder();
  line.requests.length = 0;
  line.losesAnswers = 1;
  const payment = await guest().payments.create.mutate({ orderId });
  const keys = line.requests.map(({ body }) => /"idempotencyKey":"([^"]+)"/.exec(body)?.[1]);
  expect(keys).toEqual([expect.any(String), keys[0]]);
  const admin = await app.asAdmin();
  const { items } = await admin.payments.list.query({ orderId });
  expect(items.map(({ id }) => id)).toEqual([payment.id]);
});

it('each call is an operation of its own, and a key of the caller’s is kept', async () => {
  const orderId = await newOrder();
  const client = guest();
  line.requests.length = 0;
  const idempotencyKey = newOperationKey();
  await client.orders.changeTip.mutate({ orderId, tipMinor: 100 });
  await client.orders.changeTip.mutate({ orderId, tipMinor: 100 });
  await client.orders.changeTip.mutate({ orderId, tipMinor: 100, idempotencyKey });
  const keys = line.requests.map(({ body }) => /"idempotencyKey":"([^"]+)"/.exec(body)?.[1]);
  expect(new Set(keys).size).toBe(3);
  expect(keys[2]).toBe(idempotencyKey);
});

it('a refusal is not repeated, and has a stable code; without an answer the caller learns it in the end', async () => {
  const client = guest();
  line.requests.length = 0;
  const refused = await client.payments.create
    .mutate({ orderId: 'nowhere' })
    .catch((error: unknown) => error);
  expect(line.requests).toHaveLength(1);
  if (!isPaymentsError(refused)) throw refused;
  expect(refused.data).toMatchObject({ appCode: 'NOT_FOUND' });
  line.requests.length = 0;
  line.losesAnswers = 3;
  const lost = client.orders.changeTip.mutate({ orderId: await newOrder(), tipMinor: 1 });
  await expect(lost).rejects.toThrow();
  expect(line.requests).toHaveLength(3);
});

it('an answer that does not come in time counts as lost', async () => {
  const client = createPaymentsClient({ url: line.url, guestSession: session.guests[0], timeoutMs: 200 });
  line.requests.length = 0;
  line.holdsAnswers = 1;
  const orderId = await newOrder();
  await client.orders.changeTip.mutate({ orderId, tipMinor: 50 });
  expect(line.requests).toHaveLength(2);
});

it('credentials are asked for anew with every request', async () => {
  let asked = 0;
  const client = createPaymentsClient({
    url: app.url,
    token: async () => {
      asked++;
      return app.token('RESTAURANT_STAFF', restaurant.staffId);
    },
  });
  await client.payments.list.query({ restaurantId: restaurant.restaurantId });
  await client.payments.list.query({ restaurantId: restaurant.restaurantId });
  expect(asked).toBe(2);
});

it('a subscription goes on where the lost connection left it: nothing is missed or told twice', async () => {
  const open: WebSocket[] = [];
  class Dropping extends WebSocket {
    constructor(address: string) {
      super(address);
      open.push(this);
    }
  }
  const client = createPaymentsClient({
    url: app.url,
    token: () => app.token('RESTAURANT_STAFF', restaurant.staffId),
    WebSocket: Dropping as unknown as typeof globalThis.WebSocket,
  });
  const heard: string[] = [];
  const { restaurantId } = restaurant;
  const subscription = client.live.restaurant.subscribe(
    { restaurantId },
    {
      onData: ({ data }) => {
        if (data.type === 'live:ready') heard.push('ready');
        if (data.type === 'payment:completed') heard.push(data.paymentId);
      },
    },
  );
  await waitFor('it listens', () => heard.includes('ready'));
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    const payment = await guest(app.url).payments.create.mutate({ orderId: await newOrder() });
    // The second completes while nobody is connected.
    if (i === 1) open.at(-1)?.terminate();
    await payWithCard(app, payment);
    ids.push(payment.id);
  }
  await waitFor('all three are heard', () => ids.every((id) => heard.includes(id)));
  subscription.unsubscribe();
  expect(heard.filter((id) => id !== 'ready')).toEqual(ids);
  expect(open.length).toBeGreaterThan(1);
});

it('subscriptions go to a process of their own, where one serves the websockets', async () => {
  const client = createPaymentsClient({
    url: line.url,
    liveUrl: `${app.url}/`,
    token: () => app.token('RESTAURANT_STAFF', restaurant.staffId),
    WebSocket: Socket,
  });
  const heard: string[] = [];
  const { restaurantId } = restaurant;
  const subscription = client.live.restaurant.subscribe(
    { restaurantId },
    { onData: ({ data }) => heard.push(data.type) },
  );
  await waitFor('it listens', () => heard.includes('live:ready'));
  line.requests.length = 0;
  expect((await client.payments.list.query({ restaurantId })).items).toEqual(expect.any(Array));
  expect(line.requests).toHaveLength(1);
  subscription.unsubscribe();
});

it('without a WebSocket everything but subscriptions works', async () => {
  const client = createPaymentsClient({ url: app.url });
  expect((await client.payments.config.query()).currency).toBe('USD');
  const guest = createPaymentsClient({ url: app.url, guestSession: session.guests[0], WebSocket: Socket });
  expect((await guest.tableSessions.status.query({ tableSessionId: session.sessionId })).isActive).toBe(true);
});

interface FlakyLine {
  url: string;
  server: Server;
  requests: { url: string; body: string }[];
  /** So many answers are thrown away after the server gave them. */
  losesAnswers: number;
  /** So many answers never come. */
  holdsAnswers: number;
}

/** A line between client and server, as bad as it is told to be. */
async function openFlakyLine(target: string): Promise<FlakyLine> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const url = request.url ?? '/';
    line.requests.push({ url, body });
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(host|connection|content-length)$/.test(name),
    );
    const answer = await fetch(`${target}${url}`, {
      method: request.method ?? 'GET',
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    if (line.holdsAnswers-- > 0) return;
    if (line.losesAnswers-- > 0) return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line: FlakyLine = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests: [],
    losesAnswers: 0,
    holdsAnswers: 0,
  };
  return line;
}
