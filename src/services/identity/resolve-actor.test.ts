import { expect, it } from 'vitest';
import { ServiceError } from '@/services/errors';
import { createActorResolver, credentialsOf, type FindActor, type LoginPerson } from './resolve-actor';
import type { TokenRole } from './token';

const GUEST = { guestSessionId: 'g1', publicId: 'p1', tableSessionId: 's1', restaurantId: 'r1' };
const MEMBERSHIPS = [{ restaurantId: 'r1', role: 'STAFF' as const }];

let lookups = 0;
const find: FindActor = async (userId, guestId) => {
  lookups++;
  return { memberships: userId === 'u1' ? MEMBERSHIPS : [], guest: guestId === 'g1' ? GUEST : null };
};
const person = {
  id: 'p1',
  name: 'Ada',
  email: 'ada@example.com',
  hasSecondFactor: false,
  owesSecondFactor: false,
};
/** By cookie. */
const people: Record<string, LoginPerson> = {
  admin: { ...person, role: 'admin', platformUserId: null },
  owner: { ...person, role: 'owner', platformUserId: 'u1' },
  newcomer: { ...person, role: 'admin', platformUserId: null, owesSecondFactor: true },
};

/** The token is its role, `bad` is refused. */
const resolve = createActorResolver(
  async (token) => {
    if (token === 'bad') throw new ServiceError('TOKEN_INVALID', 'x');
    return { subject: 'u1', role: token as TokenRole };
  },
  find,
  async (headers) => people[headers.get('cookie') ?? ''] ?? null,
);

const bearer = (role: TokenRole | 'bad') => `Bearer ${role}`;

it.each([
  ['ADMIN', { kind: 'admin', userId: 'u1' }],
  ['SERVICE', { kind: 'service', name: 'u1' }],
  ['CUSTOMER', { kind: 'customer', userId: 'u1', guest: null }],
  ['RESTAURANT_STAFF', { kind: 'member', userId: 'u1', memberships: MEMBERSHIPS, guest: null }],
  ['RESTAURANT_OWNER', { kind: 'member', userId: 'u1', memberships: MEMBERSHIPS, guest: null }],
] as const)('a token of %s makes its actor, with memberships from the database', async (role, actor) => {
  expect(await resolve({ authorization: bearer(role), guestSessionId: null })).toEqual(actor);
});

it('a guest id alone makes the guest, and nothing makes an anonymous caller', async () => {
  expect(await resolve({ authorization: null, guestSessionId: 'g1' })).toEqual({
    kind: 'guest',
    guest: GUEST,
  });
  expect(await resolve({ authorization: null, guestSessionId: null })).toEqual({ kind: 'anonymous' });
});

it('an unknown guest id is refused rather than taken for nobody', async () => {
  for (const guestSessionId of ['nope', 'x'.repeat(300), 'g1\0']) {
    await expect(resolve({ authorization: null, guestSessionId })).rejects.toMatchObject({
      code: 'SESSION_UNKNOWN',
    });
  }
});

it.each(['bad', 'Bearer', 'Bearer ', 'Basic dTpw', 'Bearer bad', 'Bearer a b', ''])(
  'an Authorization header %j is refused, even beside a good guest id',
  async (authorization) => {
    await expect(resolve({ authorization, guestSessionId: 'g1' })).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  },
);

it('a guest id beside a token only scopes: it never makes a guest, and an unknown one is passed over', async () => {
  expect(await resolve({ authorization: bearer('CUSTOMER'), guestSessionId: 'g1' })).toEqual({
    kind: 'customer',
    userId: 'u1',
    guest: GUEST,
  });
  expect(await resolve({ authorization: bearer('CUSTOMER'), guestSessionId: 'nope' })).toMatchObject({
    guest: null,
  });
  expect(await resolve({ authorization: bearer('ADMIN'), guestSessionId: 'g1' })).toEqual({
    kind: 'admin',
    userId: 'u1',
  });
});

it('asks the database once at most, and never for an admin, a service or nobody', async () => {
  lookups = 0;
  await resolve({ authorization: bearer('ADMIN'), guestSessionId: 'g1' });
  await resolve({ authorization: bearer('SERVICE'), guestSessionId: 'g1' });
  await resolve({ authorization: null, guestSessionId: null });
  expect(lookups).toBe(0);
  await resolve({ authorization: bearer('RESTAURANT_STAFF'), guestSessionId: 'g1' });
  expect(lookups).toBe(1);
});

it('the login cookie of an own page makes the admin, or the member of the platform user behind it', async () => {
  const ownPage = (cookie: string) => new Headers({ cookie });
  const nothing = { authorization: null, guestSessionId: 'g1' };
  expect(await resolve({ ...nothing, ownPage: ownPage('admin') })).toEqual({ kind: 'admin', userId: 'p1' });
  expect(await resolve({ ...nothing, ownPage: ownPage('owner') })).toEqual({
    kind: 'member',
    userId: 'u1',
    memberships: MEMBERSHIPS,
    guest: null,
  });
  // A cookie that signs nobody in is no proof of anything: the guest id counts.
  expect(await resolve({ ...nothing, ownPage: ownPage('expired') })).toMatchObject({ kind: 'guest' });
  // A token beside it counts alone (decision 5).
  const both = { authorization: bearer('CUSTOMER'), guestSessionId: null, ownPage: ownPage('admin') };
  expect(await resolve(both)).toMatchObject({ kind: 'customer' });
});

it.each([
  [{ origin: 'https://pay.example.com' }, true],
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{ origin: 'https://evil.example.com' }, false],
  [{ origin: 'https://evil.example.com', 'sec-fetch-site': 'same-origin' }, false],
  [{ origin: 'null' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ 'sec-fetch-site': 'same-site' }, false],
  [{}, false],
])('a cookie with %j is of an own page: %s', (headers, isOwn) => {
  const all = new Headers({ cookie: 'admin', host: 'pay.example.com', ...headers });
  expect(credentialsOf(all).ownPage).toBe(isOwn ? all : null);
});
