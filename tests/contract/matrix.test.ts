import { afterAll, beforeAll, expect, it } from 'vitest';
import { routes } from '@/rest/routes';
import {
  newKey,
  type SeededRestaurant,
  type SeededSession,
  seedRestaurant,
  seedSession,
} from '../support/app';
import { createLegacyClient } from './legacy-client';
import { ACTORS, type ActorName, EXPECTED, type Row, type Target } from './matrix-rules';
import { type LegacyWorld, startLegacyWorld } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
let elsewhere: SeededRestaurant;
let otherSession: SeededSession;
const customerId = `customer-${newKey()}`;
const tokens = {} as Partial<Record<ActorName, string>>;
beforeAll(async () => {
  world = await startLegacyWorld();
  const { app, restaurant } = world;
  const service = await app.asService();
  elsewhere = await seedRestaurant(service);
  otherSession = await seedSession(service, elsewhere);
  Object.assign(tokens, {
    customer: await app.token('CUSTOMER', customerId),
    stranger: await app.token('CUSTOMER', `customer-${newKey()}`),
    staff: await app.token('RESTAURANT_STAFF', restaurant.staffId),
    owner: await app.token('RESTAURANT_OWNER', restaurant.ownerId),
    'other staff': await app.token('RESTAURANT_STAFF', elsewhere.staffId),
    'other owner': await app.token('RESTAURANT_OWNER', elsewhere.ownerId),
    admin: await app.token('ADMIN', 'admin-1'),
    service: await app.token('SERVICE', 'platform'),
  });
});
afterAll(() => world.app.stop());

it('every row of the legacy API has a rule here', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
});

it.each(Object.keys(EXPECTED))('%s', async (name) => {
  const [method = '', pattern = ''] = name.split(' ');
  const { expected, body } = EXPECTED[name] ?? { expected: {} };
  const met: Partial<Row> = {};
  const problems: string[] = [];
  for (const actor of ACTORS) {
    const session = await world.newSession();
    const target = await targetAt(session, pattern, actor);
    const path = pattern.replace(/:(\w+)/g, (_, key: keyof Target) => encodeURIComponent(target[key]));
    const response = await fetch(`${world.app.url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...credentialsOf(actor, session) },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body?.(target) ?? {}) }),
    });
    met[actor] = response.status;
    problems.push(...breaches({ request: name, status: response.status, body: await response.json() }));
  }
  expect(met).toEqual(expected);
  expect(problems).toEqual([]);
});

async function targetAt(session: SeededSession, pattern: string, actor: ActorName): Promise<Target> {
  const [payer] = session.guests;
  const guest = world.guest('v2', payer);
  const isOfCustomer = actor === 'customer';
  const orderId = await world.order(
    isOfCustomer ? { session, customerId } : { session, guestSessionId: payer },
  );
  const starter = isOfCustomer
    ? createLegacyClient({ url: world.app.url, version: 'v2', recorded: [], token: tokens.customer ?? '' })
    : guest;
  const started = pattern.includes(':paymentId') ? await starter.post('/payments/intent', { orderId }) : null;
  const splits = [{ amount: 20 }, { amount: 7 }];
  const divided = pattern.includes(':splitGroupId')
    ? await starter.post('/payments/split', { orderId, splits })
    : null;
  if (pattern.includes('split-calculation')) {
    const path = `/table-sessions/${session.sessionId}/split-calculation`;
    await guest.post(path, { splitType: 'BY_PERCENTAGE', participants: session.guests });
  }
  return {
    guestId: payer,
    restaurantId: world.restaurant.restaurantId,
    sessionId: session.sessionId,
    orderId,
    paymentId: started?.data.id ?? '',
    splitGroupId: divided?.data.groupId ?? '',
    participantId: divided?.data.payments[0].id ?? '',
  };
}

function credentialsOf(actor: ActorName, session: SeededSession): Record<string, string> {
  const token = tokens[actor];
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (actor === 'payer') return { 'x-session-id': session.guests[0] };
  if (actor === 'table mate') return { 'x-session-id': session.guests[1] };
  if (actor === 'other guest') return { 'x-session-id': otherSession.guests[0] };
  return {};
}
