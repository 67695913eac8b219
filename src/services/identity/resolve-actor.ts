import type { Actor, GuestScope, Membership } from '@/services/actor';
import { ServiceError } from '@/services/errors';
import type { TokenClaims, TokenVerifier } from './token';

/** What a request brings to say who it is: header values, or a websocket's connection parameters. */
export interface Credentials {
  authorization: string | null;
  guestSessionId: string | null;
  /** The headers of a browser that is at a page of this origin: its login cookie counts. Null: a cookie is no proof. */
  ownPage?: Headers | null;
}

/** Who is signed in to the admin pages. */
export interface LoginPerson {
  id: string;
  name: string;
  email: string;
  role: 'admin' | 'owner' | 'staff';
  /** Whose memberships count; null for admins who are no user of the platform. */
  platformUserId: string | null;
  hasSecondFactor: boolean;
  /** Must set up a second factor before anything else is theirs. */
  owesSecondFactor: boolean;
}

/** The person behind the login cookie of these headers; null: nobody. Given by src/login. */
export type FindLogin = (headers: Headers) => Promise<LoginPerson | null>;

/** What the database knows about the two ids that a request can bring. */
export interface KnownActor {
  memberships: readonly Membership[];
  /** Null: no guest id given, or unknown. */
  guest: GuestScope | null;
}

/** Null stands for an id that was not given. */
export type FindActor = (userId: string | null, guestSessionId: string | null) => Promise<KnownActor>;

/** Throws ServiceError TOKEN_INVALID, TOKEN_EXPIRED, SECOND_FACTOR_REQUIRED or SESSION_UNKNOWN. No credentials at all: anonymous. */
export type ActorResolver = (credentials: Credentials) => Promise<Actor>;

const MAX_ID_LENGTH = 255;

export function credentialsOf(headers: Headers): Credentials {
  return {
    authorization: headers.get('authorization'),
    guestSessionId: headers.get('x-session-id'),
    ownPage: headers.has('cookie') && isOwnPage(headers) ? headers : null,
  };
}

/**
 * Whether a page of this origin sent the request, as far as a browser says: a foreign page cannot forge either header, so
 * the login cookie that comes along is meant (decision 5).
 */
export function isOwnPage(headers: Headers): boolean {
  const origin = headers.get('origin');
  if (origin === null) return headers.get('sec-fetch-site') === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === headers.get('host');
}

/**
 * Who asks (decision 5). A bearer token counts alone, and a bad one is refused rather than passed over; a guest id
 * beside it only scopes, so an unknown one there is ignored. Then the login of the admin pages, then the guest id.
 */
export function createActorResolver(
  verifyToken: TokenVerifier,
  findActor: FindActor,
  findLogin: FindLogin,
): ActorResolver {
  return async ({ authorization, guestSessionId, ownPage }) => {
    const guestId = guestSessionId && isStorable(guestSessionId) ? guestSessionId : null;
    if (authorization !== null) {
      const claims = await verifyToken(bearerOf(authorization));
      if (claims.role === 'SERVICE') return { kind: 'service', name: claims.subject };
      if (claims.role === 'ADMIN') return { kind: 'admin', userId: claims.subject };
      return signedIn(claims, await findActor(claims.subject, guestId));
    }
    const person = ownPage ? await findLogin(ownPage) : null;
    if (person?.owesSecondFactor)
      throw new ServiceError('SECOND_FACTOR_REQUIRED', 'Set up a second factor first: open /admin.');
    if (person) return personAsActor(person, findActor);
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

/** Whether any row could have it as its id: nothing else is looked up. */
function isStorable(id: string): boolean {
  return id.length <= MAX_ID_LENGTH && !id.includes('\0');
}

/** A person at the admin pages, with the memberships of today. */
export async function personAsActor(person: LoginPerson, findActor: FindActor): Promise<Actor> {
  const userId = person.platformUserId ?? person.id;
  if (person.role === 'admin') return { kind: 'admin', userId };
  const { memberships } = await findActor(userId, null);
  return { kind: 'member', userId, memberships, guest: null };
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
