import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { REQUESTS } from '@/realtime/socket-io/requests';
import { ROOM_FORMS } from '@/realtime/socket-io/rooms';
import { NAMESPACES } from '@/realtime/socket-io/types';
import { ERROR_CODES } from '@/services/errors';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { watchFaults } from './faults';
import { hostileJson, hostileText } from './hostile';
import { openRawSocket, type RawSocket } from './raw-socket';
import { each, INPUTS_EACH, leakIn, SEED, shown } from './run';
import { type FuzzWorld, makeWorld, NO_LIMITS } from './world';

// The Socket.IO door below its client: handshakes, room names, events, frames that no client sends.
const LONGEST_FRAME = 16 * 1024;
/** One socket may send so many in a second (src/server/socket-io.ts). */
const MESSAGES_EACH = 15;

let app: TestApp;
let world: FuzzWorld;
let faults: ReturnType<typeof watchFaults>;
beforeAll(async () => {
  app = await startTestApp({
    env: { ...NO_LIMITS, LIVE_CONNECTIONS_PER_ACTOR: '100000', LIVE_CONNECTIONS_PER_IP: '100000' },
  });
  world = await makeWorld(app);
  faults = watchFaults(app);
});
afterEach(async () => {
  expect(faults.since()).toEqual([]);
  const socket = await enter('/restaurant', { token: tokenOf('admin') });
  expect(await answerTo(socket, '/restaurant', 1, ['join-room', 'admin:payments'])).toEqual({
    success: true,
  });
  socket.end();
});
afterAll(async () => {
  faults?.stop();
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const tokenOf = (who: keyof FuzzWorld['callers']) => world.callers[who].authorization?.replace('Bearer ', '');
/** What stands before the data of a packet: nothing for the default namespace. */
const at = (namespace: string) => (namespace === '/' ? '' : `${namespace},`);

async function open(query = ''): Promise<RawSocket> {
  const socket = await openRawSocket(`${app.url}/socket.io/?EIO=4&transport=websocket${query}`);
  if ((await socket.first((frame) => frame.startsWith('0{'))) === null) throw new Error('not this protocol');
  return socket;
}

async function enter(namespace: string, auth: object, query?: string): Promise<RawSocket> {
  const socket = await open(query);
  socket.send(`40${at(namespace)}${JSON.stringify(auth)}`);
  const answer = await socket.first((frame) => /^4[04]/.test(frame));
  if (!answer?.startsWith('40')) throw new Error(`refused: ${answer}`);
  return socket;
}

type Ack = { success: boolean; code?: string; message?: string };

async function answerTo(
  socket: RawSocket,
  namespace: string,
  id: number,
  event: unknown,
): Promise<Ack | null> {
  const before = `43${at(namespace)}${id}[`;
  socket.send(`42${at(namespace)}${id}${JSON.stringify(event)}`);
  const frame = await socket.first((one) => one.startsWith(before));
  return frame === null ? null : (JSON.parse(frame.slice(before.length, -1)) as Ack);
}

/** What is wrong with a refusal's words; null: nothing. */
function problemOf(refusal: { code?: unknown; message?: unknown } | undefined): string | null {
  const code = String(refusal?.code);
  if (!(code in ERROR_CODES) || code === 'NOT_VISIBLE' || code === 'INTERNAL')
    return `code ${code} ${refusal?.message}`;
  return leakIn(refusal?.message);
}

async function collect<Input>(
  inputs: readonly Input[],
  act: (input: Input) => Promise<string | null>,
): Promise<string[]> {
  const problems: string[] = [];
  await each(inputs, async (input) => {
    const problem = await act(input).catch((error: unknown) => String(error));
    if (problem !== null) problems.push(`${shown(input)} -> ${problem}`);
  });
  return problems;
}
const sampled = <Input>(inputs: fc.Arbitrary<Input>) =>
  fc.sample(inputs, { numRuns: INPUTS_EACH, seed: SEED });

it.each(NAMESPACES)('any handshake with %s is let in or refused with a stable code', async (namespace) => {
  const guests = (world.known.guestSessionId ?? []).map(String);
  const texts = (known: readonly unknown[]) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...known.map(String)) },
      { weight: 2, arbitrary: hostileText },
    );
  const people = (['admin', 'owner', 'staff', 'customer', 'service'] as const).map((who) => tokenOf(who));
  const fields = {
    token: texts(people),
    sessionId: texts(guests),
    restaurantId: texts(world.known.restaurantId ?? []),
    tableId: texts(world.known.tableId ?? []),
  };
  const auths = fc.oneof(
    { weight: 6, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    {
      weight: 2,
      arbitrary: fc.dictionary(fc.constantFrom(...Object.keys(fields), '__proto__'), hostileJson),
    },
    { weight: 1, arbitrary: hostileJson },
  );
  const queries = fc
    .array(
      fc.tuple(
        fc.constantFrom(...Object.keys(fields), 'EIO', 'sid', 'transport', '__proto__', 'b64'),
        texts(guests),
      ),
      {
        maxLength: 4,
      },
    )
    .map((pairs) =>
      pairs
        .map(([name, value]) => `&${name}=${encodeURIComponent(Buffer.from(value.slice(0, 300)).toString())}`)
        .join(''),
    );
  const sent = sampled(fc.record({ auth: auths, query: queries }));
  const problems = await collect(sent, async ({ auth, query }) => {
    const frame = `40${at(namespace)}${JSON.stringify(auth)}`;
    const socket = await open(query).catch((error: unknown) => String(error));
    // A second one makes it no handshake of this protocol.
    if (typeof socket === 'string') return /&(EIO|sid|transport)=/.test(query) ? null : socket;
    try {
      socket.send(frame);
      const answer = await socket.first((one) => /^4[04]/.test(one));
      if (answer === null) return isNoConnect(auth, frame) ? null : `closed with ${socket.code()}`;
      if (answer.startsWith('40')) return null;
      return problemOf((JSON.parse(answer.slice(answer.indexOf('{'))) as { data?: Ack }).data);
    } finally {
      socket.end();
    }
  });
  expect(problems).toEqual([]);
});

/** The protocol knows objects there alone, and no frame of this length: it ends such a connection. */
function isNoConnect(auth: unknown, frame: string): boolean {
  return (
    typeof auth !== 'object' ||
    auth === null ||
    Array.isArray(auth) ||
    Buffer.byteLength(frame) > LONGEST_FRAME
  );
}

const CALLERS = [
  ['/restaurant', 'admin'],
  ['/restaurant', 'staff'],
  ['/', 'payer'],
  ['/', 'customer'],
  ['/', 'service'],
  ['/customer', 'payer'],
  ['/restaurant', 'nobody'],
] as const;

/** Ids of the world and anything else, behind every prefix and none. */
function roomNames(): fc.Arbitrary<unknown> {
  const prefixes = fc.constantFrom(
    ...ROOM_FORMS.map(({ name }) => name.split(':')[0]),
    'guest',
    'guestsOf',
    '__proto__',
    'toString',
    '',
  );
  const ids = fc.oneof(
    fc.constantFrom(
      ...Object.values(world.known).flat().map(String),
      'payments',
      'system',
      'undefined',
      '[object Object]',
    ),
    hostileText,
  );
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(prefixes, ids, fc.constantFrom('', '', ':payments', ':'))
        .map(([a, b, c]) => `${a}:${b}${c}`),
    },
    { weight: 2, arbitrary: hostileJson },
  );
}

function bodiesOf(event: string): fc.Arbitrary<unknown> {
  if (event.endsWith('-room')) return roomNames();
  const ids = (name: string) => fc.oneof(fc.constantFrom(...(world.known[name] ?? [])), hostileJson);
  const fields = {
    paymentId: ids('paymentId'),
    orderId: ids('orderId'),
    restaurantId: ids('restaurantId'),
    requestType: fc.oneof(fc.constantFrom<unknown>('WAITER', 'BILL', 'assistance', 'bill'), hostileJson),
    message: hostileJson,
    tableId: ids('tableId'),
  };
  return fc.oneof(
    { weight: 4, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: hostileJson },
  );
}

it.each(Object.keys(REQUESTS))('%s answers anything with a stable code', async (event) => {
  const args = fc.oneof(
    { weight: 8, arbitrary: bodiesOf(event).map((body) => [body]) },
    { weight: 1, arbitrary: fc.array(hostileJson, { maxLength: 3 }) },
  );
  const asked = sampled(args);
  const groups = Array.from({ length: Math.ceil(asked.length / MESSAGES_EACH) }, (_, n) =>
    asked.slice(n * MESSAGES_EACH, (n + 1) * MESSAGES_EACH),
  );
  let turn = 0;
  const problems = await collect(groups, async (group) => {
    const [namespace, who] = CALLERS[turn++ % CALLERS.length] ?? CALLERS[0];
    const { 'x-session-id': guest } = world.callers[who];
    const auth = { token: tokenOf(who), ...(guest && { sessionId: guest }) };
    const enterIt = () => enter(namespace, auth, guest && `&sessionId=${guest}`);
    let socket = await enterIt();
    try {
      for (const [index, sent] of group.entries()) {
        const answer = await answerTo(socket, namespace, index, [event, ...sent]);
        const isTooLong = JSON.stringify(sent).length > LONGEST_FRAME / 4;
        if (answer === null && isTooLong) socket = await enterIt();
        else if (answer === null) return `${shown(sent)}: closed with ${socket.code()}`;
        else if (!answer.success) {
          const problem = problemOf(answer);
          if (problem !== null) return `${shown(sent)}: ${problem}`;
        }
      }
      return null;
    } finally {
      socket.end();
    }
  });
  expect(problems).toEqual([]);
});

it('frames that no client sends end their own connection at most, and refusals without a wish for an answer have a code too', async () => {
  const packets = fc
    .tuple(
      fc.constantFrom(
        '0',
        '1',
        '2',
        '3',
        '4',
        '40',
        '41',
        '42',
        '43',
        '44',
        '45',
        '46',
        '451-',
        '4599-',
        '47',
        '5',
        '6',
        '8',
        'b',
        '',
      ),
      fc.constantFrom(
        '',
        '/restaurant,',
        '/customer,',
        '/nowhere,',
        '/__proto__,',
        '/restaurant?a=b,',
        ',',
        '7',
        '99999999999999999999',
      ),
      fc.oneof(
        hostileJson.map((value) => JSON.stringify(value)),
        fc
          .tuple(
            fc.constantFrom(
              'join-room',
              'error',
              'disconnect',
              'connect',
              'newListener',
              '__proto__',
              'nothing',
            ),
            hostileJson,
          )
          .map((event) => JSON.stringify(event)),
        fc.constantFrom(
          '',
          '{',
          '["join-room"',
          '[{"_placeholder":true,"num":0}]',
          '["join-room",{"_placeholder":true,"num":9}]',
          '[]',
          '[1]',
        ),
        hostileText,
      ),
    )
    .map((parts) => parts.join(''));
  const frames: fc.Arbitrary<string | Buffer> = fc.oneof(
    { weight: 8, arbitrary: packets },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.constant('4'.repeat(LONGEST_FRAME + 1)) },
  );
  const sent = sampled(fc.array(frames, { minLength: 1, maxLength: 4 }));
  const problems = await collect(sent, async (some) => {
    const socket = await enter('/restaurant', { token: tokenOf('admin') });
    try {
      for (const frame of some) socket.send(frame);
      await answerTo(socket, '/restaurant', 77, ['leave-room', 'admin:payments']);
      for (const frame of socket.frames) {
        const errorEvent = /^42(?:\/\w+,)?\["error",(.*)\]$/.exec(frame)?.[1];
        const problem = errorEvent === undefined ? null : problemOf(JSON.parse(errorEvent) as Ack);
        if (problem !== null) return problem;
        // Namespaces that are not there are refused by the protocol itself, with these words alone.
        const refused = /^44(?:[^,{]*,)?(\{.*\})$/.exec(frame)?.[1];
        const { message, data } =
          refused === undefined ? {} : (JSON.parse(refused) as { message?: string; data?: Ack });
        if (refused !== undefined && message !== 'Invalid namespace' && problemOf(data) !== null)
          return frame;
      }
      return null;
    } finally {
      socket.end();
    }
  });
  expect(problems).toEqual([]);
});
