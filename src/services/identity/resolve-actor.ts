import type { Actor, GuestScope, Membership } from '@/services/actor';
import { ServiceError } from '@/services/errors';
import type { TokenClaims, TokenVerifier } from './token';

/** What a request brings to say who it is: header values, or a websocket's connection parameters. */
export interface Credentials {
  authorization: string | null;
  guestSessionId: string | null;
}

/** What the database knows about the two ids that a request can bring. */
export interface KnownActor {
  memberships: readonly Membership[];
  /** Null: no guest id given, or unknown. */
  guest: GuestScope | null;
}

/** Null stands for an id that was not given. */
export type FindActor = (userId: string | null, guestSessionId: string | null) => Promise<KnownActor>;

/** Throws ServiceError TOKEN_INVALID, TOKEN_EXPIRED or SESSION_UNKNOWN. No credentials at all: anonymous. */
export type ActorResolver = (credentials: Credentials) => Promise<Actor>;

const MAX_ID_LENGTH = 255;

export function credentialsOf(headers: Headers): Credentials {
  return { authorization: headers.get('authorization'), guestSessionId: headers.get('x-session-id') };
}

/**
 * Who asks (decision 5). A bearer token counts alone, and a bad one is refused rather than passed over; a guest id
 * beside it only scopes, so an unknown one there is ignored. The admin UI's login cookie will stand between the two.
 */
export function createActorResolver(verifyToken: TokenVerifier, findActor: FindActor): ActorResolver {
  return async ({ authorization, guestSessionId }) => {
    const guestId = guestSessionId && guestSessionId.length <= MAX_ID_LENGTH ? guestSessionId : null;
    if (authorization !== null) {
      const claims = await verifyToken(bearerOf(authorization));
      if (claims.role === 'SERVICE') return { kind: 'service', name: claims.subject };
      if (claims.role === 'ADMIN') return { kind: 'admin', userId: claims.subject };
      return signedIn(claims, await findActor(claims.subject, guestId));
    }
    if (guestSessionId === null || guestSessionId === '') return { kind: 'anonymous' };
    const { guest } = guestId === null ? { guest: null } : await findActor(null, guestId);
    if (!guest) {
      throw new ServiceError(
        'SESSION_UNKNOWN',
        'This guest id is not known. Scan the code on the table again.',
      );
    }
    return { kind: 'guest', guest };
  };
}

function bearerOf(authorization: string): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!token) {
    throw new ServiceError('TOKEN_INVALID', 'Send the Authorization header as "Bearer <token>".');
  }
  return token;
}

function signedIn(claims: TokenClaims, known: KnownActor): Actor {
  const { guest } = known;
  if (claims.role === 'CUSTOMER') return { kind: 'customer', userId: claims.subject, guest };
  return { kind: 'member', userId: claims.subject, memberships: known.memberships, guest };
}
