import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedOrder } from '../support/app';
import { type LegacyWorld, startLegacyWorld } from './support';

/*
 * Decision 26 for the header: same key, same body, same answer. What a body means may depend on the bill as it was (a unit that
 * is guessed, a rounding that is forgiven), and its repeat comes when the bill is another one.
 */

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

interface Sent {
  method: 'POST' | 'PATCH';
  path: string;
  body: object;
  guestId?: string;
}

let keys = 0;
/** Sends it with a key of its own; `again` is the same request, `other` the same key with another body. */
function withKey({ method, path, body, guestId = world.session.guests[0] }: Sent) {
  const headers = {
    'content-type': 'application/json',
    'x-session-id': guestId,
    'idempotency-key': `own-${keys++}`,
  };
  const send = async (sent: object) => {
    const init = { method, headers, body: JSON.stringify(sent) };
    const response = await fetch(`${world.app.url}/api/v1${path}`, init);
    return { status: response.status, body: await response.json() };
  };
  return {
    first: () => send(body),
    again: () => send(body),
    other: (more: object) => send({ ...body, ...more }),
  };
}

const REUSED = { status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } };

/** A table of its own, with an order of 10.00. */
async function tableOfTen() {
  const session = await world.newSession();
  const service = await world.app.asService();
  await seedOrder(service, world.restaurant, { session, subtotalMinor: 1000, taxMinor: 0 });
  return { session, service, path: `/table-sessions/${session.sessionId}` };
}

describe('the repeat with the same key is the same', () => {
  it('payment of an order, also once it is paid and its amount no longer due', async () => {
    const orderId = await world.order();
    const call = withKey({ method: 'POST', path: `/orders/${orderId}/payments`, body: { amount: 2700 } });
    const first = await call.first();
    expect(first).toMatchObject({ status: 201, body: { data: { amount: 27 } } });
    await world.pay(world.guest('v2'), first.body.data);
    expect(await call.again()).toMatchObject({
      status: 201,
      body: { data: { id: first.body.data.id, status: 'COMPLETED' } },
    });
    expect(await call.other({ amount: 27 })).toMatchObject(REUSED);
  });

  it('share of a table whose rounding was forgiven, also once more is due', async () => {
    const { session, service, path } = await tableOfTen();
    const [a, b] = session.guests;
    await world.guest('v2', a).post(`${path}/payment`, { paymentMethod: 'CASH', amount: 5 });
    const body = { paymentMethod: 'CASH', amount: 5.05 };
    const call = withKey({ method: 'POST', path: `${path}/payment`, body, guestId: b });
    const first = await call.first();
    expect(first).toMatchObject({ status: 201, body: { data: { amount: 5 } } });
    await seedOrder(service, world.restaurant, { session, subtotalMinor: 1000, taxMinor: 0 });
    expect(await call.again()).toMatchObject({
      status: 201,
      body: { data: { id: first.body.data.id, amount: 5 } },
    });
    expect(await call.other({ amount: 5 })).toMatchObject(REUSED);
  });

  it('fixed split in cents, also once a share is paid', async () => {
    const orderId = await world.order();
    const body = { orderId, splits: [{ amount: 2000 }, { amount: 700 }] };
    const call = withKey({ method: 'POST', path: '/payments/split', body });
    const first = await call.first();
    expect(first.status).toBe(201);
    await world.pay(world.guest('v2'), first.body.data.payments[0]);
    const again = await call.again();
    expect(again).toMatchObject({ status: 201, body: { data: { groupId: first.body.data.groupId } } });
    expect(again.body.data.payments).toHaveLength(2);
    expect(await call.other({ splits: [{ amount: 20 }, { amount: 7 }] })).toMatchObject(REUSED);
  });

  it('half an hour more at a table; another key is another half hour', async () => {
    const { session, path } = await tableOfTen();
    const asked = { method: 'POST', path: `${path}/extend`, body: {}, guestId: session.guests[0] } as const;
    const call = withKey(asked);
    const { body } = await call.first();
    expect(await call.again()).toMatchObject({ status: 200, body: { data: body.data } });
    const next = await withKey(asked).first();
    expect(Date.parse(next.body.data.expiresAt)).toBe(Date.parse(body.data.expiresAt) + 30 * 60_000);
  });

  it('tip of an order that is being paid, also once it is paid', async () => {
    const orderId = await world.order();
    const guest = world.guest('v2');
    const { data: payment } = await guest.post('/payments/order', { orderId, paymentMethod: 'CREDIT_CARD' });
    const call = withKey({ method: 'PATCH', path: `/orders/${orderId}/tip`, body: { tipAmount: 3 } });
    expect(await call.first()).toMatchObject({ status: 200, body: { data: { tip: 3, total: 30 } } });
    await world.pay(guest, payment);
    expect(await call.again()).toMatchObject({ status: 200, body: { data: { tip: 3, total: 30 } } });
    expect(await call.other({ tipAmount: 4 })).toMatchObject(REUSED);
  });

  it('amounts of a live split whose rounding was forgiven, also once more is due', async () => {
    const { session, service, path } = await tableOfTen();
    const [a, b] = session.guests;
    const body = { splitType: 'BY_AMOUNT', participants: [a, b], amounts: { [a]: 6, [b]: 4.01 } };
    const call = withKey({ method: 'POST', path: `${path}/split-calculation`, body, guestId: a });
    const first = await call.first();
    expect(first).toMatchObject({ status: 200, body: { data: { amounts: { [a]: 5.99, [b]: 4.01 } } } });
    const own = withKey({
      method: 'PATCH',
      path: `${path}/split-calculation/${b}`,
      body: { amount: 4.02 },
      guestId: b,
    });
    expect(await own.first()).toMatchObject({ status: 200, body: { data: { amounts: { [b]: 4.01 } } } });
    await seedOrder(service, world.restaurant, { session, subtotalMinor: 1000, taxMinor: 0 });
    for (const repeat of [call, own]) {
      expect(await repeat.again()).toMatchObject({
        status: 200,
        body: { data: { amounts: { [a]: 5.99, [b]: 4.01 } } },
      });
    }
    expect(await own.other({ amount: 4.01 })).toMatchObject(REUSED);
  });
});
