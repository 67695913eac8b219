import { isHouse } from '@/services/actor';
import type { ServiceContext } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { refuseCardNumbers } from '@/services/refuse-card-numbers';
import { callStaff } from '@/services/table-sessions';
import { refusalOf } from './errors';
import { assertMayJoin } from './may-join';
import { parseRoom, paymentRooms, type Room, roomKey } from './rooms';
import type { Ack, GatewaySocket } from './types';

/** That one socket asks for: each is looked up again at every recheck, and a page watches a handful. */
const MAX_ROOMS = 200;

type Request = (socket: GatewaySocket, body: unknown) => Promise<void>;

/** What clients may send, and what it does (legacy-contract 5.2). */
export const REQUESTS: Readonly<Record<string, Request>> = {
  'join-room': async (socket, name) => join(socket, [named(name)]),
  'leave-room': async (socket, name) => leave(socket, [named(name)]),
  'join:payment': async (socket, body) => join(socket, ofPayer(socket, allOf(body))),
  'leave:payment': async (socket, body) => leave(socket, allOf(body)),
  'table:assistance-requested': async ({ data }, body) => callStaff(data.ctx, callOf(data.ctx, body)),
};

/**
 * Answers what a socket sends. One after the other, so that a join that is still being looked up never overtakes the
 * leave behind it. A refusal goes to the acknowledgement if the client wants one, else as an `error` event.
 */
export function answerRequests(socket: GatewaySocket, mayTake: (socketId: string) => Promise<boolean>): void {
  let turn: Promise<void> = Promise.resolve();
  for (const [name, request] of Object.entries(REQUESTS)) {
    socket.on(name, (...sent) => {
      turn = turn.then(() => answer(socket, request, sent, mayTake));
    });
  }
}

async function answer(
  socket: GatewaySocket,
  request: Request,
  sent: readonly unknown[],
  mayTake: (socketId: string) => Promise<boolean>,
): Promise<void> {
  const last = sent.at(-1);
  const ack = typeof last === 'function' ? (last as Ack) : null;
  try {
    if (!(await mayTake(socket.id))) throw TOO_MANY;
    refuseCardNumbers(sent[0]);
    await request(socket, sent[0]);
    ack?.({ success: true });
  } catch (error) {
    const refusal = refusalOf(error, socket.data.ctx.log);
    if (ack) ack({ success: false, ...refusal });
    else socket.emit('error', refusal);
  }
}

async function join(socket: GatewaySocket, rooms: readonly Room[]): Promise<void> {
  for (const room of rooms) await assertMayJoin(socket.data.ctx, room);
  if (!socket.connected) return;
  const { asked } = socket.data;
  const added = rooms.filter((room) => !asked.has(roomKey(room)));
  if (asked.size + added.length > MAX_ROOMS) throw TOO_MANY_ROOMS;
  // Before it hears anything there, so that no room escapes the recheck.
  for (const room of added) asked.set(roomKey(room), room);
  await socket.join(rooms.map(roomKey));
}

async function leave(socket: GatewaySocket, rooms: readonly Room[]): Promise<void> {
  for (const room of rooms) {
    await socket.leave(roomKey(room));
    socket.data.asked.delete(roomKey(room));
  }
}

/** The requirements' clients name the restaurant too. That room is its own people's: who pays comes in without it. */
function ofPayer({ data }: GatewaySocket, rooms: Room[]): Room[] {
  const own = rooms.filter(({ kind, id }) => kind !== 'restaurantPayments' || isHouse(data.ctx.actor, id));
  return own.length === 0 ? rooms : own;
}

function named(name: unknown): Room {
  const room = parseRoom(name);
  if (room === null) throw NO_SUCH_ROOM;
  return room;
}

function allOf(body: unknown): Room[] {
  const rooms = paymentRooms(body);
  if (rooms.length === 0) throw NO_SUCH_ROOM;
  return rooms;
}

/** The guest's own session, whatever ids the client sends along. */
function callOf({ actor }: ServiceContext, body: unknown) {
  const guest = actor.kind === 'guest' || actor.kind === 'customer' ? actor.guest : null;
  const { requestType, message } = (body ?? {}) as { requestType?: unknown; message?: unknown };
  return { tableSessionId: guest?.tableSessionId ?? '', requestType, message };
}

const NO_SUCH_ROOM = new ServiceError('INVALID_INPUT', 'No such room. Send a name such as restaurant:<id>.');
const TOO_MANY_ROOMS = new ServiceError('RATE_LIMIT_EXCEEDED', 'Too many rooms. Leave some first.');
const TOO_MANY = new ServiceError('RATE_LIMIT_EXCEEDED', 'Too many messages. Wait a second.');
