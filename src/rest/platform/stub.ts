import { actorUserId } from '@/services/actor';
import { ServiceError } from '@/services/errors';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import type { TokenRole } from '@/services/identity/token';
import { getTableUsers, readGuestIds } from '@/services/table-sessions';
import { ok, type RestCall, type Route } from '../call';
import { notFound } from '../existence';
import { requiredText, text } from '../fields';

export interface StubPerson {
  userId: string;
  name: string;
  email: string;
  role: Exclude<TokenRole, 'SERVICE'>;
  restaurantId: string | null;
}

export interface StubTable {
  tableId: string;
  tableName: string;
  restaurantId: string;
  restaurantName: string;
  /** The session at this table; it may not exist. */
  tableSessionId: string;
}

/** What the stub stands in with: the people and tables of the demo. */
export interface PlatformStub {
  people: readonly StubPerson[];
  tables: readonly StubTable[];
  signToken(role: TokenRole, subject: string, ttl: string): Promise<string>;
  resolveActor: ActorResolver;
}

const TOKEN_TTL_SEC = 8 * 3_600;
const REFRESH_TTL = '30d';

/**
 * Just enough of the platform for the dashboards and the table's QR code to work on a developer's machine (decision 2). Any
 * password does: never part of a production server.
 */
export function stubRoutes(stub: PlatformStub): readonly Route[] {
  return [
    { method: 'POST', path: '/auth/login', who: 'anyone', handle: (call) => login(stub, call) },
    { method: 'POST', path: '/auth/refresh', who: 'anyone', handle: (call) => refresh(stub, call) },
    { method: 'POST', path: '/auth/logout', who: 'anyone', handle: async () => ok(null, 'Signed out.') },
    { method: 'GET', path: '/auth/validate', who: 'verb', handle: async (call) => validate(stub, call) },
    { method: 'POST', path: '/auth/validate', who: 'verb', handle: async (call) => validate(stub, call) },
    { method: 'GET', path: '/users/me', who: 'verb', handle: async (call) => ok(me(stub, call)) },
    {
      method: 'POST',
      path: '/qr/session',
      who: 'anyone',
      handle: (call) => sit(stub, call),
    },
  ];
}

async function login(stub: PlatformStub, { body }: RestCall) {
  const email = requiredText(body.email, 'email').toLowerCase();
  const person = stub.people.find((candidate) => candidate.email === email);
  if (!person) {
    const known = stub.people.map((candidate) => candidate.email).join(', ');
    throw new ServiceError('UNAUTHENTICATED', `Development login: use one of ${known} with any password.`);
  }
  return ok(await signedIn(stub, person));
}

async function refresh(stub: PlatformStub, { body }: RestCall) {
  const token = requiredText(body.refreshToken ?? body.token, 'refreshToken');
  const actor = await stub.resolveActor({ authorization: `Bearer ${token}`, guestSessionId: null });
  return ok(await signedIn(stub, personOf(stub, actorUserId(actor))));
}

function validate(stub: PlatformStub, call: RestCall) {
  return ok({ valid: true, user: me(stub, call) });
}

function me(stub: PlatformStub, { ctx }: RestCall) {
  return userBody(personOf(stub, actorUserId(ctx.actor)));
}

function personOf(stub: PlatformStub, userId: string | null): StubPerson {
  if (userId === null) throw new ServiceError('UNAUTHENTICATED', 'Sign in first.');
  const person = stub.people.find((candidate) => candidate.userId === userId);
  if (!person) throw notFound();
  return person;
}

async function signedIn(stub: PlatformStub, person: StubPerson) {
  const token = await stub.signToken(person.role, person.userId, `${TOKEN_TTL_SEC}s`);
  return {
    user: userBody(person),
    token,
    accessToken: token,
    refreshToken: await stub.signToken(person.role, person.userId, REFRESH_TTL),
    expiresIn: TOKEN_TTL_SEC,
  };
}

/** R looks for its restaurant in three places, depending on version and role. */
function userBody({ userId, name, email, role, restaurantId }: StubPerson) {
  const [firstName = name, ...rest] = name.split(' ');
  const place = restaurantId === null ? {} : { restaurantId };
  return {
    id: userId,
    email,
    name,
    firstName,
    lastName: rest.join(' '),
    role,
    active: true,
    ...place,
    ...(role === 'RESTAURANT_OWNER' ? { restaurantOwner: place } : {}),
    ...(role === 'RESTAURANT_STAFF' ? { restaurantStaff: place } : {}),
  };
}

/** Scanning the code: who comes back with an id or name that the table knows is that guest, else its host. */
async function sit(stub: PlatformStub, { ctx: caller, body }: RestCall) {
  const wanted = text(body.tableId);
  const place = text(body.restaurantId);
  const table = stub.tables.find((candidate) =>
    wanted === undefined
      ? candidate.restaurantId === (place ?? candidate.restaurantId)
      : candidate.tableId === wanted,
  );
  if (!table) throw notFound();
  const { tableSessionId } = table;
  const ctx = { ...caller, actor: { kind: 'system', name: 'platform-stub' } as const };
  const { session, users } = await getTableUsers(ctx, { tableSessionId });
  const ids = await readGuestIds(ctx, { tableSessionId });
  const known = text(body.guestSessionId) ?? text(body.sessionId);
  const name = text(body.userName)?.toLowerCase();
  const guest =
    users.find((user) => ids.get(user.publicId) === known) ??
    users.find((user) => user.name?.toLowerCase() === name) ??
    users[0];
  if (!guest) throw notFound();
  const guestSessionId = ids.get(guest.publicId);
  return ok({
    sessionId: guestSessionId,
    guestSessionId,
    tableSessionId,
    sessionCode: session.code,
    tableId: table.tableId,
    restaurantId: table.restaurantId,
    table: { id: table.tableId, name: table.tableName },
    restaurant: { id: table.restaurantId, name: table.restaurantName },
    userName: guest.name,
    isHost: guest.isHost,
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
  });
}
