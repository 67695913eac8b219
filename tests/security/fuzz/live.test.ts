import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { appRouter } from '@/trpc/routers';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { watchFaults } from './faults';
import { brokenSuperjson, HOSTILE_TEXTS, hostileJson, hostileText } from './hostile';
import { inputsOf } from './inputs';
import { openRawSocket, type RawSocket } from './raw-socket';
import { each, INPUTS_EACH, SEED, shown } from './run';
import { type Answer, encode, type Procedure, proceduresOf, refusalProblem } from './trpc-wire';
import { type Credentials, type FuzzWorld, makeWorld, NO_LIMITS } from './world';

// Subscriptions and everything that can be said over the websocket at /api/trpc. Its upgrade: upgrades.test.ts.
const SUBSCRIPTIONS = proceduresOf(appRouter._def.procedures).filter(({ type }) => type === 'subscription');
const CALLERS = [
  'admin',
  'admin',
  'owner',
  'staff',
  'payer',
  'mate',
  'customer',
  'service',
  'nobody',
] as const;
const LONGEST_FRAME = 16 * 1024;

let app: TestApp;
let world: FuzzWorld;
let faults: ReturnType<typeof watchFaults>;
beforeAll(async () => {
  app = await startTestApp({
    env: {
      ...NO_LIMITS,
      LIVE_CONNECTIONS_PER_ACTOR: '100000',
      LIVE_CONNECTIONS_PER_IP: '100000',
      LIVE_SUBSCRIPTIONS_PER_ACTOR: '100000',
    },
  });
  world = await makeWorld(app);
  faults = watchFaults(app);
});
afterEach(async () => {
  expect(faults.since()).toEqual([]);
  const socket = await connect(world.callers.admin);
  expect(await hears(socket, 'live.admin')).toBeNull();
  socket.end();
});
afterAll(async () => {
  faults?.stop();
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

async function connect(credentials: Credentials): Promise<RawSocket> {
  const socket = await openRawSocket(`${app.url}/api/trpc?connectionParams=1`);
  socket.send(JSON.stringify({ method: 'connectionParams', data: paramsOf(credentials) }));
  return socket;
}

function paramsOf({ authorization, 'x-session-id': sessionId }: Credentials): object {
  return {
    ...(authorization && { token: authorization.replace('Bearer ', '') }),
    ...(sessionId && { sessionId }),
  };
}

/** Subscribes to what is allowed; answers what is wrong, null: it listens. */
async function hears(socket: RawSocket, path: string): Promise<string | null> {
  const id = randomUUID();
  socket.send(JSON.stringify({ id, method: 'subscription', params: { path, input: {} } }));
  const frame = await socket.first((f) => f.startsWith(`{"id":"${id}"`) && !f.includes('"type":"started"'));
  return frame?.includes('"live:ready"')
    ? null
    : `a good subscription: ${frame ?? `closed with ${socket.code()}`}`;
}

/** What is wrong with what came; null: nothing. */
function problemIn(frames: readonly string[]): string | null {
  for (const frame of frames) {
    if (frame === 'PING' || frame === 'PONG') continue;
    const answer = JSON.parse(frame) as Answer;
    if (!answer.error) continue;
    const data = answer.error.json?.data;
    // What is no call has no request: its answer names none.
    const named = data && { ...data, requestId: data.requestId ?? 'none' };
    const problem = refusalProblem(Number(data?.httpStatus), {
      error: { json: { ...answer.error.json, ...(named && { data: named }) } },
    });
    if (problem !== null) return problem;
  }
  return null;
}

async function collect<Input>(
  inputs: fc.Arbitrary<Input>,
  act: (input: Input) => Promise<string | null>,
): Promise<string[]> {
  const problems: string[] = [];
  await each(fc.sample(inputs, { numRuns: INPUTS_EACH, seed: SEED }), async (input) => {
    const problem = await act(input).catch((error: unknown) => String(error));
    if (problem !== null) problems.push(`${shown(input)} -> ${problem}`);
  });
  return problems;
}

it.each(SUBSCRIPTIONS)('$path answers anything with events or a stable code', async (subscription) => {
  const asked = fc.record({
    who: fc.constantFrom(...CALLERS),
    input: inputsOf(subscription.schema, world.known),
    lastEventId: fc.option(fc.oneof(hostileText, positions), { nil: undefined, freq: 3 }),
  });
  expect(await collect(asked, (one) => ask(subscription, one))).toEqual([]);
});

it.each(['order', 'tableSession', 'restaurant', 'payment'])(
  'a %s id that no database can hold is refused, rather than taken for a failure that a client tries again for ever',
  async (kind) => {
    const socket = await connect(world.callers.owner);
    const params = { path: `live.${kind}`, input: { json: { [`${kind}Id`]: 'a\0b' } } };
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params }));
    expect(await socket.first((frame) => frame.includes('"error"'))).toContain('"INVALID_INPUT"');
    socket.end();
  },
);

/** Positions of ours, far away ones, and what only looks like one. */
const positions = fc.oneof(
  fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `${a.toString(36)}-${b.toString(36)}`),
  fc.constantFrom(
    '0-0',
    '1-1',
    'zzzzzzzzzzz-zzzzzzzzzzz',
    '2gosa7pa2gv-2gosa7pa2gv',
    '1-',
    '-1',
    '1-1-1',
    '0-2gosa7pa2gv',
  ),
);

async function ask(
  { path }: Procedure,
  {
    who,
    input,
    lastEventId,
  }: { who: keyof FuzzWorld['callers']; input: unknown; lastEventId: string | undefined },
): Promise<string | null> {
  const frame = `{"id":1,"method":"subscription","params":{"path":"${path}","input":${encode(input)}${
    lastEventId === undefined ? '' : `,"lastEventId":${JSON.stringify(lastEventId)}`
  }}}`;
  const socket = await connect(world.callers[who]);
  try {
    socket.send(frame);
    const answer = await socket.first((f) => f !== 'PING' && !f.includes('"type":"started"'));
    if (answer !== null) return problemIn(socket.frames);
    return Buffer.byteLength(frame) > LONGEST_FRAME && socket.code() === 1009
      ? null
      : `closed with ${socket.code()}`;
  } finally {
    socket.end();
  }
}

/** What clients of tRPC send, with parts of it replaced. */
const calls = fc
  .record(
    {
      id: fc.oneof(fc.constantFrom<unknown>(1, 1, 1, 'a', null, -1, 1.5, 1e308, {}, [], true), hostileJson),
      method: fc.oneof(
        {
          weight: 6,
          arbitrary: fc.constantFrom<unknown>(
            'subscription',
            'subscription',
            'subscription.stop',
            'query',
            'mutation',
          ),
        },
        {
          weight: 1,
          arbitrary: fc.constantFrom<unknown>('connectionParams', 'reconnect', '__proto__', 7, null),
        },
      ),
      jsonrpc: fc.constantFrom<unknown>('2.0', '2.0', '1.0', 2, null),
      params: fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record(
            {
              path: fc.oneof(
                fc.constantFrom<unknown>(
                  'live.admin',
                  'live.admin',
                  'live.payment',
                  'payments.list',
                  'live',
                  '',
                  '__proto__',
                  'live.__proto__',
                  'toString',
                  '.',
                ),
                hostileText,
              ),
              input: fc.oneof(hostileJson, brokenSuperjson),
              lastEventId: fc.oneof(positions, hostileJson),
            },
            { requiredKeys: ['path'] },
          ),
        },
        { weight: 1, arbitrary: hostileJson },
      ),
    },
    { requiredKeys: ['id', 'method'] },
  )
  .map((call) => JSON.stringify(call));

const frames: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 8, arbitrary: calls },
  { weight: 1, arbitrary: fc.array(calls, { maxLength: 3 }).map((some) => `[${some}]`) },
  { weight: 1, arbitrary: hostileJson.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: calls.map((call) => Buffer.from(call)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'PING',
      'PONG',
      '',
      '{',
      '[1',
      'null',
      '\ufeff{}',
      'x'.repeat(LONGEST_FRAME + 1),
    ),
  },
);

it('frames that no client sends are answered with a stable code, and the connection goes on unless they are too long', async () => {
  const sent = fc.array(frames, { minLength: 1, maxLength: 4 });
  const problems = await collect(sent, async (some) => {
    const socket = await connect(world.callers.admin);
    try {
      for (const frame of some) socket.send(frame);
      const isTooLong = some.some((frame) => Buffer.byteLength(frame) > LONGEST_FRAME);
      const good = await hears(socket, 'live.admin');
      if (isTooLong ? socket.code() !== 1009 : good !== null) return good ?? 'a frame too long is taken';
      return problemIn(socket.frames);
    } finally {
      socket.end();
    }
  });
  expect(problems).toEqual([]);
});

/** Closings that say what is wrong: 4401 by src/trpc/close-codes.ts, 1005 after a refusal of the frame itself. */
const REFUSED_WITH = [4401, 1005, 1009];

it('whatever is sent as connection parameters is somebody, nobody, or refused with a stable code', async () => {
  const token = String(world.callers.admin.authorization).replace('Bearer ', '');
  const [head = '', body = '', sign = ''] = token.split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const tokens = fc.oneof(
    fc.constantFrom(
      token,
      `${head}.${body}.`,
      `${none}.${body}.`,
      `${head}.${body}.${sign}x`,
      `${token} ${token}`,
      `.${body}.`,
      '..',
      ` ${token}`,
    ),
    hostileText,
  );
  const ids = fc.oneof(fc.constantFrom(...(world.known.guestSessionId ?? []).map(String)), hostileText);
  const data = fc.oneof(
    { weight: 6, arbitrary: fc.record({ token: tokens, sessionId: ids }, { requiredKeys: [] }) },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.constantFrom('token', 'sessionId', '__proto__', 'cookie'), hostileJson),
    },
    { weight: 1, arbitrary: hostileJson },
  );
  const first = fc.oneof(
    { weight: 8, arbitrary: data.map((sent) => JSON.stringify({ method: 'connectionParams', data: sent })) },
    { weight: 2, arbitrary: frames },
  );
  const problems = await collect(first, async (frame) => {
    const socket = await openRawSocket(`${app.url}/api/trpc?connectionParams=1`);
    try {
      socket.send(frame);
      if (frame === 'PING' || frame === 'PONG') return null;
      socket.send('{"id":"next","method":"subscription","params":{"path":"live.admin","input":{}}}');
      await socket.first((f) => f.startsWith('{"id":"next"') && !f.includes('"type":"started"'));
      const code = socket.code();
      if (code !== null && !REFUSED_WITH.includes(code)) return `closed with ${code}`;
      return problemIn(socket.frames);
    } finally {
      socket.end();
    }
  });
  expect(problems).toEqual([]);
});

it('credentials in the headers of the upgrade are taken or refused alike', async () => {
  const values = fc.oneof(
    fc.constantFrom(...Object.values(world.callers).flatMap((caller) => Object.values(caller))),
    fc.constantFrom(
      ...HOSTILE_TEXTS.filter((text) => /^[\x20-\x7e\xa0-\xff]*$/.test(text) && text.length < 300),
    ),
  );
  const names = fc.constantFrom(
    'authorization',
    'x-session-id',
    'cookie',
    'user-agent',
    'x-forwarded-for',
    'x-request-id',
  );
  const problems = await collect(fc.dictionary(names, values, { maxKeys: 4 }), async (headers) => {
    const socket = await openRawSocket(`${app.url}/api/trpc`, { headers });
    try {
      socket.send('{"id":"next","method":"subscription","params":{"path":"live.admin","input":{}}}');
      await socket.first((f) => f.startsWith('{"id":"next"') && !f.includes('"type":"started"'));
      const code = socket.code();
      if (code !== null && !REFUSED_WITH.includes(code)) return `closed with ${code}`;
      return problemIn(socket.frames);
    } finally {
      socket.end();
    }
  });
  expect(problems).toEqual([]);
});
