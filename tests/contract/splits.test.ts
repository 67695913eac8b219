import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for';
import { refusal, type Wire } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

/** An order of 27.00 of the first guest. */
const newOrder = () => world.order({ guestSessionId: world.session.guests[0] });

describe.each(VERSIONS)('the %s client splits an order', (version) => {
  async function divide(splits: object[], orderId?: string) {
    const answer = await world
      .guest(version)
      .post('/payments/split', { orderId: orderId ?? (await newOrder()), splits });
    return answer.data as { groupId: string; payments: Wire[] };
  }

  it('in dollars: one payment each with a client secret, paid to the end', async () => {
    const guest = world.guest(version);
    const { groupId, payments } = await divide([
      { amount: 13.5, email: 'ada@example.org', tipAmount: 2 },
      { amount: 13.5, name: 'Bob' },
    ]);
    expect(
      payments.map(({ amount, tipAmount, status, paymentType }) => ({
        amount,
        tipAmount,
        status,
        paymentType,
      })),
    ).toEqual([
      { amount: 15.5, tipAmount: 2, status: 'PENDING', paymentType: 'split' },
      { amount: 13.5, tipAmount: 0, status: 'PENDING', paymentType: 'split' },
    ]);
    for (const payment of payments) {
      expect(payment.clientSecret).toMatch(/^pi_.*_secret_/);
      expect(payment.splitCalculationId).toBe(groupId);
      await world.pay(guest, payment);
    }
    const list = (await guest.get(`/payments/split/${groupId}`)).data;
    expect(list).toEqual([
      expect.objectContaining({ status: 'COMPLETED', amount: 15.5, participantEmail: 'ada@example.org' }),
      expect.objectContaining({ status: 'COMPLETED', amount: 13.5, participantName: 'Bob' }),
    ]);
    expect((await guest.get(`/payments/split/${groupId}/status`)).data).toMatchObject({
      groupId,
      totalAmount: 27,
      paidAmount: 27,
      remainingAmount: 0,
      completedParticipants: 2,
      totalParticipants: 2,
      isComplete: true,
      participants: [
        { amount: 13.5, tipAmount: 2, hasPaid: true, paymentId: payments[0]?.id },
        { participantName: 'Bob', amount: 13.5, tipAmount: 0, hasPaid: true, paymentId: payments[1]?.id },
      ],
    });
  });

  it('in cents, as the requirements write it: the sum decides the unit once, for tips too', async () => {
    const { payments } = await divide([
      { amount: 2000, tipAmount: 150 },
      { amount: 700, paymentMethod: 'CASH' },
    ]);
    expect(
      payments.map(({ amount, tipAmount, paymentMethod }) => [amount, tipAmount, paymentMethod]),
    ).toEqual([
      [21.5, 1.5, 'CREDIT_CARD'],
      [7, 0, 'CASH'],
    ]);
  });

  it('among the guests of the table by the ids that they have on this wire, each with their own secret', async () => {
    const [first, second] = world.session.guests;
    const { groupId, payments } = await divide([
      { amount: 20, guestSessionId: first },
      { amount: 7, guestSessionId: second },
    ]);
    expect(
      payments.map(({ guestSessionId, clientSecret }) => [guestSessionId, clientSecret !== undefined]),
    ).toEqual([
      [first, true],
      [second, false],
    ]);
    const seen = (await world.guest(version, second).get(`/payments/split/${groupId}`)).data;
    expect(seen.map(({ clientSecret }: Wire) => clientSecret !== undefined)).toEqual([false, true]);
  });

  it('each intent names its group, and the account that pays it', async () => {
    const splits = [{ amount: 20, customerId: 'customer-1' }, { amount: 7 }];
    const staff = await world.staff(version);
    const made = await staff.post('/payments/split', { orderId: await newOrder(), splits });
    const { groupId, payments } = made.data as { groupId: string; payments: Wire[] };
    const intents = world.app.simulator.control.state().paymentIntents;
    const named = payments.map(({ id }) => {
      const { metadata } = intents.find((intent) => intent.metadata.paymentId === id) ?? {};
      return [metadata?.splitGroupId, metadata?.customerId];
    });
    expect(named).toEqual([
      [groupId, 'customer-1'],
      [groupId, undefined],
    ]);
  });

  it('the same request again, a double click, answers the same group', async () => {
    const orderId = await newOrder();
    const splits = [{ amount: 20 }, { amount: 7 }];
    const first = await divide(splits, orderId);
    expect((await divide(splits, orderId)).groupId).toBe(first.groupId);
  });

  it.each([
    [[{ amount: 20 }, { amount: 8 }], 'AMOUNT_MISMATCH'],
    [[{ amount: 30 }, { amount: -3 }], 'INVALID_INPUT'],
    [[{ amount: 27 }], 'INVALID_INPUT'],
    [[{ amount: 'x' }, { amount: 7 }], 'INVALID_INPUT'],
    ['27', 'INVALID_INPUT'],
    [[{ amount: 20, paymentMethod: 'PAYPAL' }, { amount: 7 }], 'METHOD_NOT_SUPPORTED'],
  ])('%j is refused: 400 %s', async (splits, code) => {
    const call = world.guest(version).post('/payments/split', { orderId: await newOrder(), splits });
    expect(await refusal(call)).toMatchObject({ status: 400, code });
  });

  it('while another has a hold: 409', async () => {
    const orderId = await newOrder();
    await world.guest(version, world.session.guests[1]).post('/payments/intent', { orderId });
    const call = world
      .guest(version)
      .post('/payments/split', { orderId, splits: [{ amount: 20 }, { amount: 7 }] });
    expect(await refusal(call)).toMatchObject({ status: 409, code: 'BALANCE_HELD' });
  });

  it('staff mark a share as paid in cash, by its payment’s id and by its own', async () => {
    const { groupId, payments } = await divide([{ amount: 20 }, { amount: 7 }]);
    const staff = await world.staff(version);
    for (const id of [payments[0]?.id, payments[1]?.participantId]) {
      const taken = await staff.patch(`/payments/split/${groupId}/participant/${id}`, { hasPaid: true });
      expect(taken.data).toMatchObject({ status: 'COMPLETED', method: 'CASH', paymentMethod: 'CASH' });
    }
    expect((await staff.get(`/payments/split/${groupId}/status`)).data).toMatchObject({ isComplete: true });
  });

  it('staff change a share: the tip alone, and the amount where others take the difference', async () => {
    const { groupId, payments } = await divide([{ amount: 20 }, { amount: 7 }]);
    const staff = await world.staff(version);
    const path = `/payments/split/${groupId}/participant/${payments[0]?.id}`;
    expect((await staff.patch(path, { tipAmount: 3 })).data).toMatchObject({ amount: 23, tipAmount: 3 });
    expect(await refusal(staff.patch(path, { amount: 15 }))).toMatchObject({
      status: 409,
      code: 'SPLIT_CONFLICT',
    });
    const changed = await staff.patch(path, { amount: 15, takenBy: [payments[1]?.id] });
    expect(changed.data).toMatchObject({ amount: 18, tipAmount: 3 });
    expect((await staff.get(`/payments/split/${groupId}/status`)).data.participants).toMatchObject([
      { amount: 15 },
      { amount: 12 },
    ]);
  });

  it('a reminder is sent where there is an address', async () => {
    const { groupId, payments } = await divide([{ amount: 20, email: 'ada@example.org' }, { amount: 7 }]);
    const staff = await world.staff(version);
    const remind = (n: number) =>
      staff.post(`/payments/split/${groupId}/participant/${payments[n]?.id}/remind`, { message: 'Please' });
    expect((await remind(0)).data).toEqual({ sent: true });
    expect((await remind(1)).data).toEqual({ sent: false });
  });

  it('staff cancel it: open intents end, the paid share is refunded', async () => {
    const guest = world.guest(version);
    const { groupId, payments } = await divide([{ amount: 20 }, { amount: 7 }]);
    await world.pay(guest, payments[0]);
    const staff = await world.staff(version);
    expect(await refusal(guest.post(`/payments/split/${groupId}/cancel`, {}))).toMatchObject({ status: 403 });
    const answer = await staff.post(`/payments/split/${groupId}/cancel`, { reason: 'They left' });
    expect(answer.data).toEqual({ groupId, cancelled: true, refundsProcessed: 1 });
    await waitFor('the money is back', async () => {
      const [first, second] = (await staff.get(`/payments/split/${groupId}`)).data;
      return first.status === 'REFUNDED' && second.status === 'CANCELLED';
    });
  });

  it('what is not there is 404, what is another’s 403', async () => {
    const guest = world.guest(version);
    for (const id of ['undefined', 'nonsense', '0190a000-0000-7000-8000-000000000000']) {
      expect(await refusal(guest.get(`/payments/split/${id}`))).toMatchObject({ status: 404 });
    }
    const { groupId } = await divide([{ amount: 20 }, { amount: 7 }]);
    const stranger = (await world.newSession()).guests[0];
    expect(await refusal(world.guest(version, stranger).get(`/payments/split/${groupId}`))).toMatchObject({
      status: 403,
    });
    const staff = await world.staff(version);
    const nobody = `/payments/split/${groupId}/participant/nobody`;
    expect(await refusal(staff.patch(nobody, { hasPaid: true }))).toMatchObject({ status: 404 });
    expect(await refusal(staff.post(`${nobody}/remind`, {}))).toMatchObject({ status: 404 });
  });
});

it('every answer kept the rules of the wire', () => {
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
