import type { IncomingMessage } from 'node:http';
import { type Actor, actorLabel } from '@/services/actor';
import type { Deps, RequestInfo, ServiceContext } from '@/services/context';
import { ServiceError } from '@/services/errors';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import { newId } from '@/services/ids';
import { connectError, refusalOf } from './errors';
import { type Handshake, identify } from './handshake';
import type { Counter } from './limits';
import { assertMayJoin } from './may-join';
import { answerRequests } from './requests';
import { type Room, roomKey } from './rooms';
import type { GatewayNamespace, GatewaySocket, NamespaceName } from './types';

export interface AdmitParts {
  deps: Deps;
  resolveActor: ActorResolver;
  addressOf(request: IncomingMessage): string | null;
  /** Sockets by actor. */
  sockets: Counter;
  mayTake(socketId: string): Promise<boolean>;
}

/**
 * Lets clients into a namespace, and puts them into the rooms that their screens never ask for (legacy-contract 5.2). Who is
 * refused gets one `connect_error` with `data.code`.
 */
export function admit(namespace: GatewayNamespace, name: NamespaceName, parts: AdmitParts): void {
  const { deps, sockets, mayTake } = parts;

  namespace.use((socket, next) => {
    prepare(socket, name, parts).then(
      () => next(),
      (error: unknown) => next(connectError(refusalOf(error, deps.log))),
    );
  });
  namespace.on('connection', (socket) => {
    socket.on('disconnect', sockets.add(socket.data.countedAs));
    void socket.join([...socket.data.firstRooms, ...ownRooms(socket.data.ctx)].map(roomKey));
    answerRequests(socket, mayTake);
  });
}

async function prepare(socket: GatewaySocket, name: NamespaceName, parts: AdmitParts): Promise<void> {
  const { request, handshake } = socket;
  const ip = parts.addressOf(request);
  const info = { id: newId(), ip, userAgent: request.headers['user-agent'] ?? null };
  const admitted = await admission(parts, name, handshake, info);
  const { actor } = admitted.ctx;
  const countedAs = actor.kind === 'anonymous' ? `address:${ip}` : actorLabel(actor);
  if (parts.sockets.isFull(countedAs)) throw TOO_MANY;
  socket.data = {
    ...admitted,
    countedAs,
    asked: new Map(),
    async recheck() {
      const { ctx } = await admission(parts, name, handshake, info);
      socket.data.ctx = ctx;
      for (const room of socket.data.asked.values()) await assertMayJoin(ctx, room);
    },
  };
}

/** Who connects, and the rooms that are joined at once. @throws ServiceError */
async function admission(
  { deps, resolveActor }: AdmitParts,
  name: NamespaceName,
  handshake: Handshake,
  request: RequestInfo,
) {
  const { actor, expiresAtMs, restaurantId } = await identify(resolveActor, name, handshake);
  const ctx: ServiceContext = { ...deps, actor, request };
  const firstRooms = roomsAtOnce(name, actor, restaurantId);
  for (const room of firstRooms) await assertMayJoin(ctx, room);
  return { ctx, expiresAtMs, firstRooms };
}

function roomsAtOnce(name: NamespaceName, actor: Actor, restaurantId: string | null): Room[] {
  if (name === '/restaurant' && restaurantId !== null) {
    return [
      { kind: 'restaurant', id: restaurantId },
      { kind: 'restaurantPayments', id: restaurantId },
    ];
  }
  return name === '/customer' && actor.kind === 'guest'
    ? [{ kind: 'tableSession', id: actor.guest.tableSessionId }]
    : [];
}

/** Whose sockets they are, so that their access can end. */
function ownRooms({ actor }: ServiceContext): Room[] {
  if (actor.kind !== 'guest') return [];
  return [
    { kind: 'guest', id: actor.guest.publicId },
    { kind: 'guestsOf', id: actor.guest.tableSessionId },
  ];
}

const TOO_MANY = new ServiceError(
  'RATE_LIMIT_EXCEEDED',
  'Too many connections. Close some pages and try again.',
);
