import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  newKey,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../support/app';
import { asCustomer, connectLegacy } from '../support/legacy-socket';

const CARDS = [
  '4242424242424242',
  '4242 4242 4242 4242',
  '4242-4242-4242-4242',
  'my card 5555555555554444, thanks',
  '378282246310005',
];
const [CARD = ''] = CARDS;

let app: TestApp;
let restaurant: SeededRestaurant;
let session: SeededSession;
let orderId: string;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  restaurant = await seedRestaurant(service);
  session = await seedSession(service, restaurant);
  orderId = await seedOrder(service, restaurant, { session, guestSessionId: session.guests[0] });
});
// Stopping scans the log: it holds no card's number, though all of this was sent.
afterAll(() => app?.stop());

it.each(CARDS)('tRPC refuses %s in what people write, and does not repeat it', async (reason) => {
  const staff = await app.asStaff(restaurant.staffId);
  const at = { restaurantId: restaurant.restaurantId, idempotencyKey: newKey() };
  const refusal = await refusalOf(
    staff.cash.drawer.move.mutate({ ...at, direction: 'IN', amountMinor: 1, reason }),
  );
  expect(refusal).toMatchObject({ code: 'BAD_REQUEST', appCode: 'CARD_NUMBER_REFUSED' });
  expect(refusal.message).not.toMatch(/\d{4}/);
});

it.each([
  ['a field that nothing reads', { cardNumber: CARD }],
  ['a card inside', { card: { number: CARD, cvc: '123' } }],
  ['a number that is a number', { card: Number(CARD) }],
  ['a list', { notes: ['a', CARD] }],
  ['a field whose name only ends like an id', { paid: CARD }],
  ['the name of somebody in a list of people', { participants: [{ name: CARD }] }],
])('tRPC and REST refuse it in %s', async (_where, extra) => {
  const headers = { 'content-type': 'application/json', 'x-session-id': session.guests[0] };
  const input = { orderId, idempotencyKey: newKey(), ...extra };
  const rpc = await fetch(`${app.url}/api/trpc/payments.create`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ json: input }),
  });
  expect(await rpc.json()).toMatchObject({
    error: { json: { data: { httpStatus: 400, appCode: 'CARD_NUMBER_REFUSED' } } },
  });
  const rest = await fetch(`${app.url}/api/v1/payments/intent`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  });
  expect([rest.status, await rest.json()]).toEqual([
    400,
    expect.objectContaining({ code: 'CARD_NUMBER_REFUSED' }),
  ]);
});

it.each([`note=a&note=${CARD}`, `note=${CARD}&note=a`])('REST refuses it in a query of %s', async (query) => {
  const authorization = `Bearer ${await app.token('ADMIN', 'admin-1')}`;
  const answer = await fetch(`${app.url}/api/v1/payments?${query}`, { headers: { authorization } });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    expect.objectContaining({ code: 'CARD_NUMBER_REFUSED' }),
  ]);
});

it('so do lists that are searched for one, and the download of the same', async () => {
  const admin = await app.asAdmin();
  expect(await refusalOf(admin.payments.list.query({ search: CARD }))).toMatchObject({
    appCode: 'CARD_NUMBER_REFUSED',
  });
  const authorization = `Bearer ${await app.token('ADMIN', 'admin-1')}`;
  const file = await fetch(`${app.url}/api/exports/payments.csv?search=${CARD}`, {
    headers: { authorization },
  });
  expect([file.status, await file.json()]).toEqual([
    400,
    expect.objectContaining({ code: 'CARD_NUMBER_REFUSED' }),
  ]);
});

it('so does the call for staff over Socket.IO', async () => {
  const socket = await connectLegacy(app.url, asCustomer({ ...restaurant, sessionId: session.guests[0] }));
  const answer = await socket.ask('table:assistance-requested', {
    requestType: 'help',
    message: `take ${CARD}`,
  });
  expect(answer).toMatchObject({ success: false, code: 'CARD_NUMBER_REFUSED' });
  socket.close();
});

it('ids may be any digits: those of the platform are its own', async () => {
  const guest = app.asGuest(session.guests[0]);
  expect(await refusalOf(guest.orders.get.query({ orderId: CARD }))).toMatchObject({ appCode: 'NOT_FOUND' });
});

it('what the platform syncs is stored without it, and holds up no row beside', async () => {
  const service = await app.asService();
  const id = `table-${newKey()}`;
  const { restaurantId } = restaurant;
  await service.platform.tables.sync.mutate({
    tables: [
      { id, restaurantId, name: `Bar ${CARD}`, version: 1 },
      { id: `${id}-2`, restaurantId, name: 'Terrace', version: 1 },
    ],
  });
  const { rows } = await app.database.pool.query('SELECT name FROM tables WHERE id LIKE $1 ORDER BY id', [
    `${id}%`,
  ]);
  expect(rows).toEqual([{ name: 'Bar [removed]' }, { name: 'Terrace' }]);
});

it('an input that contains itself is looked through once', async () => {
  const body = '{"json":{"orderId":"x","a":{"b":null}},"meta":{"referentialEqualities":{"a":["a.b"]},"v":1}}';
  const response = await fetch(`${app.url}/api/trpc/payments.create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-session-id': session.guests[0] },
    body,
  });
  expect(response.status).toBe(400);
});
