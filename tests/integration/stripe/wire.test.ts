import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Processor } from '@/services/ports';
import type { Observe } from '@/stripe/call';
import { createStripeClient, type StripeClient } from '@/stripe/client';
import { createProcessor } from '@/stripe/processor';
import { createTokenBucket, type TokenBucket } from '@/stripe/token-bucket';

// What the simulator, an HTTP server that behaves, cannot do: break at the level of the socket.

const INTENT = {
  object: 'payment_intent',
  id: 'pi_1',
  client_secret: 'pi_1_secret_x',
  status: 'requires_payment_method',
  amount: 1250,
  currency: 'usd',
  created: 1_790_000_000,
  metadata: { paymentId: 'p1' },
};
const CREATE = {
  amountMinor: 1250,
  currency: 'USD',
  metadata: { paymentId: 'p1' },
  customerId: null,
  saveCard: false,
  statementSuffix: null,
};

type OnRequest = (socket: Socket, requestNumber: number, raw: string) => void;

let server: Server | undefined;
let client: StripeClient | undefined;

afterEach(async () => {
  client?.close();
  const closing = server;
  if (closing?.listening) await new Promise((resolve) => closing.close(resolve));
});

async function processorAgainst(
  onRequest: OnRequest,
  {
    timeoutMs = 3_000,
    bucket = createTokenBucket({ ratePerSec: 1_000 }) as TokenBucket,
    observe = undefined as Observe | undefined,
  } = {},
) {
  let requests = 0;
  const raws: string[] = [];
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const raw = data.toString();
      if (!/^(GET|POST|DELETE) /.test(raw)) return;
      requests += 1;
      raws.push(raw);
      onRequest(socket, requests, raw);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const seen: string[] = [];
  client = createStripeClient({
    secretKey: 'sk_test_x',
    apiBase: `http://127.0.0.1:${port}`,
    apiVersion: '2026-10-28.endive',
    timeoutMs,
  });
  const processor: Processor = createProcessor({
    client,
    bucket,
    priority: 'interactive',
    observe: observe ?? (({ operation, outcome }) => seen.push(`${operation}:${outcome}`)),
  });
  return { processor, requests: () => requests, raws, seen };
}

function answer(socket: Socket, body: string, status = '200 OK', more = '') {
  const length = Buffer.byteLength(body);
  socket.write(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n${body}`,
  );
}

it('tells what each call was about, with its key and how it failed, and nothing else of it', async () => {
  const told: unknown[] = [];
  const { processor } = await processorAgainst(
    (socket, number) =>
      number === 1
        ? answer(socket, JSON.stringify(INTENT))
        : answer(
            socket,
            JSON.stringify({ error: { type: 'invalid_request_error', code: 'resource_missing' } }),
            '404 Not Found',
          ),
    { observe: ({ ms: _, ...seen }) => told.push(seen) },
  );
  await processor.createIntent(CREATE, 'k1');
  await processor.retrieveIntent('pi_2');
  await processor.createRefund({ intentId: 'pi_3', amountMinor: 1, metadata: {} }, 'k2');
  await processor.retrieveCharge('ch_4');
  await processor.listEvents({ fromSec: 1, afterId: null });
  const failed = { outcome: 'refused', errorCode: 'resource_missing' };
  expect(told).toEqual([
    {
      operation: 'intent.create',
      about: CREATE.metadata.paymentId,
      key: 'k1',
      outcome: 'ok',
      errorCode: null,
    },
    { operation: 'intent.retrieve', about: 'pi_2', key: null, ...failed },
    { operation: 'refund.create', about: 'pi_3', key: 'k2', ...failed },
    { operation: 'charge.retrieve', about: 'ch_4', key: null, ...failed },
    { operation: 'event.list', about: null, key: null, ...failed },
  ]);
});

describe('calls over a broken wire', () => {
  it('a refused connection is unavailable: nothing was sent', async () => {
    const { processor, seen } = await processorAgainst(() => {});
    await new Promise((resolve) => server?.close(resolve));
    const outcome = await processor.createIntent(CREATE, 'k1');
    expect(outcome).toMatchObject({ kind: 'unavailable', error: { code: 'processor_unreachable' } });
    expect(seen).toEqual(['intent.create:unavailable']);
  });

  it('one reset is repeated with the same key and is invisible', async () => {
    const { processor, raws } = await processorAgainst((socket, number) =>
      number === 1 ? socket.resetAndDestroy() : answer(socket, JSON.stringify(INTENT)),
    );
    expect(await processor.createIntent(CREATE, 'k1')).toMatchObject({ kind: 'ok', value: { id: 'pi_1' } });
    expect(raws.map((raw) => /idempotency-key: (.*)\r/i.exec(raw)?.[1])).toEqual(['k1', 'k1']);
  });

  it('two resets are unknown, and nothing is sent a third time', async () => {
    const { processor, requests } = await processorAgainst((socket) => socket.resetAndDestroy());
    expect(await processor.createIntent(CREATE, 'k1')).toMatchObject({
      kind: 'unknown',
      error: { code: 'processor_connection_lost' },
    });
    expect(requests()).toBe(2);
  });

  it('a reset and then a refused connection are unknown: the first may have been executed', async () => {
    const { processor, requests } = await processorAgainst((socket) => {
      server?.close();
      socket.resetAndDestroy();
    });
    expect((await processor.createIntent(CREATE, 'k1')).kind).toBe('unknown');
    expect(requests()).toBe(1);
  });

  it('a reset and then a 429 are unknown: the first may have been executed', async () => {
    const { processor } = await processorAgainst((socket, number) =>
      number === 1
        ? socket.resetAndDestroy()
        : answer(socket, '{"error":{"type":"api_error"}}', '429 Too Many'),
    );
    expect((await processor.createIntent(CREATE, 'k1')).kind).toBe('unknown');
  });

  it('no answer is unknown within the time limit', async () => {
    const { processor, requests } = await processorAgainst(() => {}, { timeoutMs: 200 });
    const startedMs = performance.now();
    expect(await processor.createIntent(CREATE, 'k1')).toMatchObject({
      kind: 'unknown',
      error: { code: 'processor_no_answer' },
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(requests()).toBe(1);
  });

  it('an answer that trickles for ever does not outlive the time limit', async () => {
    const timers: NodeJS.Timeout[] = [];
    const { processor } = await processorAgainst(
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        timers.push(setInterval(() => socket.write(' '), 20));
      },
      { timeoutMs: 300 },
    );
    const outcome = await processor.createIntent(CREATE, 'k1');
    for (const timer of timers) clearInterval(timer);
    expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'processor_no_answer' } });
  });

  it.each([
    ['a proxy page instead of JSON', '<html>bad gateway</html>', '502 Bad Gateway'],
    ['a success that is no JSON', 'OK', '200 OK'],
    ['a success without its fields', '{"object":"payment_intent"}', '200 OK'],
    ['a server error', '{"error":{"type":"api_error","message":"x"}}', '500 Error'],
  ])('%s is unknown, and not repeated', async (_name, body, status) => {
    const { processor, requests } = await processorAgainst((socket) => answer(socket, body, status));
    expect((await processor.createIntent(CREATE, 'k1')).kind).toBe('unknown');
    expect(requests()).toBe(1);
  });

  it('an answer cut off in the middle is repeated once, then unknown', async () => {
    const { processor, requests } = await processorAgainst((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"object"', () => socket.destroy());
    });
    expect((await processor.createIntent(CREATE, 'k1')).kind).toBe('unknown');
    expect(requests()).toBe(2);
  });

  it("Stripe's advice to retry does not make the SDK retry unseen", async () => {
    const { processor, requests } = await processorAgainst((socket) =>
      answer(socket, '{"error":{"type":"api_error"}}', '503 Busy', 'stripe-should-retry: true\r\n'),
    );
    expect((await processor.createIntent(CREATE, 'k1')).kind).toBe('unknown');
    expect(requests()).toBe(1);
  });

  it('a call that gets no token is unavailable and never sent', async () => {
    const empty: TokenBucket = { take: async () => false };
    const { processor, requests, seen } = await processorAgainst(() => {}, { bucket: empty });
    expect(await processor.createIntent(CREATE, 'k1')).toMatchObject({
      kind: 'unavailable',
      error: { code: 'processor_busy' },
    });
    expect(requests()).toBe(0);
    expect(seen).toEqual(['intent.create:unavailable']);
  });

  it('connections are kept and used again', async () => {
    const sockets = new Set<Socket>();
    const { processor } = await processorAgainst((socket) => {
      sockets.add(socket);
      answer(socket, JSON.stringify(INTENT));
    });
    for (let call = 0; call < 5; call += 1) expect((await processor.retrieveIntent('pi_1')).kind).toBe('ok');
    expect(sockets.size).toBe(1);
  });

  it.each([0, 9_501, 1.5])('a time limit of %s ms is refused: clients give up at 10 s', async (timeoutMs) => {
    await expect(processorAgainst(() => {}, { timeoutMs })).rejects.toThrow(RangeError);
  });
});
