import { decodeJwt } from 'jose';
import type { Actor } from '@/services/actor';
import { ServiceError } from '@/services/errors';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import { idOf } from './rooms';
import type { NamespaceName } from './types';

/** What Socket.IO's handshake brings: `auth` by namespace, `query` by connection. */
export interface Handshake {
  auth: Record<string, unknown>;
  query: Record<string, unknown>;
}

/** Who connects, and until when. */
export interface Identity {
  actor: Actor;
  /** When the token ends; null: no token. */
  expiresAtMs: number | null;
  /** The restaurant that a staff client watches. */
  restaurantId: string | null;
}

const SECOND_MS = 1_000;

/**
 * Who connects (legacy-contract 5.1). `/restaurant` trusts `auth` alone: a client that opened `/customer` first shows that
 * query here too. Without a token it gets nobody, silently, as the admin portal connects so. `/customer` needs the guest
 * id of its query; table and restaurant come from the database, whatever the query says.
 * @throws ServiceError as ActorResolver, UNAUTHENTICATED
 */
export async function identify(
  resolveActor: ActorResolver,
  namespace: NamespaceName,
  { auth, query }: Handshake,
): Promise<Identity> {
  const token = namespace === '/customer' ? null : textOf(auth.token);
  if (token !== null) {
    const actor = await resolveActor({ authorization: `Bearer ${token}`, guestSessionId: null });
    return { actor, expiresAtMs: expiryOf(token), restaurantId: idOf(auth.restaurantId) };
  }
  const guestSessionId = namespace === '/restaurant' ? null : (idOf(auth.sessionId) ?? idOf(query.sessionId));
  if (namespace === '/customer' && guestSessionId === null) {
    throw new ServiceError('UNAUTHENTICATED', 'Scan the code on the table: the guest id is missing.');
  }
  const actor = await resolveActor({ authorization: null, guestSessionId });
  return { actor, expiresAtMs: null, restaurantId: null };
}

/** Of a token that was verified just now. */
function expiryOf(token: string): number | null {
  const { exp } = decodeJwt(token);
  return exp === undefined ? null : exp * SECOND_MS;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
