import type { PaymentView } from '@/services/payments/view';
import type { SeededRestaurant } from '../support/app-fixtures';
import { asGuest, asStaff, attempt, type ChaosWorld, type Who } from './callers';
import { happen } from './cards';
import type { Dice } from './dice';

/** Staff, or a person at Stripe's dashboard, refund a payment. Two may do so at the same time. */
export async function giveBack(
  world: ChaosWorld,
  dice: Dice,
  at: SeededRestaurant,
  payment: PaymentView,
): Promise<void> {
  if (payment.provider === 'STRIPE' && dice.chance(0.2)) {
    const amount = 1 + dice.below(payment.totalMinor);
    await happen(world, 'dashboardRefund', { paymentIntent: payment.paymentIntentId ?? '', amount });
    return;
  }
  const wishes = dice.chance(0.4) ? 2 : 1;
  await Promise.all(
    Array.from({ length: wishes }, async () => {
      const mine = dice.fork();
      const amountMinor = mine.chance(0.5) ? 1 + mine.below(payment.totalMinor) : undefined;
      const input = {
        paymentId: payment.id,
        reason: 'Chaos',
        idempotencyKey: mine.key(),
        ...(amountMinor === undefined ? {} : { amountMinor }),
      };
      await attempt(world, mine, asStaff(at), (staff) => staff.refunds.create.mutate(input));
    }),
  );
}

/** Submits evidence for a payment's dispute; then the bank decides. */
export async function answerDispute(
  world: ChaosWorld,
  dice: Dice,
  at: SeededRestaurant,
  paymentId: string,
): Promise<void> {
  const page = await attempt(world, dice, asStaff(at), (staff) =>
    staff.disputes.list.query({ paymentId, isOpen: true }),
  );
  const disputeId = page?.items[0]?.id;
  if (disputeId === undefined) return;
  const evidence = { disputeId, texts: { uncategorizedText: 'They ate it.' }, idempotencyKey: dice.key() };
  await attempt(world, dice, asStaff(at), (staff) => staff.disputes.submitEvidence.mutate(evidence));
  if (dice.chance(0.8))
    await happen(world, 'resolveDispute', {
      dispute: disputeId,
      outcome: dice.chance(0.5) ? 'won' : 'lost',
    });
}

/** An order is paid in cash: on request, at once, or after a change from card to cash. */
export async function payInCash(
  world: ChaosWorld,
  dice: Dice,
  at: SeededRestaurant,
  wish: { orderId: string; guestId: string; tipMinor: number },
): Promise<void> {
  const { orderId, tipMinor } = wish;
  const guest: Who = asGuest(wish.guestId);
  const staff = asStaff(at);
  const way = dice.below(100);
  if (way < 30) {
    const input = { orderId, tipMinor, idempotencyKey: dice.key() };
    await twice(dice, (mine) => attempt(world, mine, staff, (client) => client.cash.record.mutate(input)));
    return;
  }
  const input = { orderId, tipMinor, idempotencyKey: dice.key() };
  let payment: PaymentView | null;
  if (way < 70) payment = await attempt(world, dice, guest, (client) => client.cash.request.mutate(input));
  else {
    payment = await attempt(world, dice, guest, (client) => client.payments.create.mutate(input));
    if (!payment) return;
    const change = { paymentId: payment.id, method: 'CASH' as const, idempotencyKey: dice.key() };
    payment = await attempt(world, dice, guest, (client) => client.payments.changeMethod.mutate(change));
  }
  if (payment) await takeCash(world, dice, at, payment.id, guest);
}

/** Staff confirm requested cash. Sometimes two do so at once, or the guest withdraws at the same time. */
export async function takeCash(
  world: ChaosWorld,
  dice: Dice,
  at: SeededRestaurant,
  paymentId: string,
  guest: Who,
): Promise<void> {
  if (dice.chance(0.1)) return;
  const confirming = twice(dice, (mine) =>
    attempt(world, mine, asStaff(at), (client) =>
      client.cash.confirm.mutate({ paymentId, idempotencyKey: mine.key() }),
    ),
  );
  if (dice.chance(0.15)) {
    const input = { paymentId, idempotencyKey: dice.key() };
    await attempt(world, dice.fork(), guest, (client) => client.payments.cancel.mutate(input));
  }
  const [payment] = await confirming;
  if (payment?.status === 'COMPLETED' && dice.chance(0.3)) await giveBack(world, dice, at, payment);
}

/** The drawer is counted, closed and opened again, and cash is put in and taken out, while guests pay. */
export async function changeShift(world: ChaosWorld, dice: Dice, at: SeededRestaurant): Promise<void> {
  const { restaurantId } = at;
  const staff = asStaff(at);
  const move = {
    restaurantId,
    direction: dice.pick(['IN', 'OUT'] as const),
    amountMinor: 1 + dice.below(5000),
    reason: 'Chaos',
    idempotencyKey: dice.key(),
  };
  await attempt(world, dice, staff, (client) => client.cash.drawer.move.mutate(move));
  const close = { restaurantId, countedMinor: dice.below(50_000), idempotencyKey: dice.key() };
  await attempt(world, dice, staff, (client) => client.cash.drawer.close.mutate(close));
  const open = { restaurantId, floatMinor: dice.below(20_000), idempotencyKey: dice.key() };
  await attempt(world, dice, staff, (client) => client.cash.drawer.open.mutate(open));
}

function twice<T>(dice: Dice, call: (dice: Dice) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: dice.chance(0.2) ? 2 : 1 }, () => call(dice.fork())));
}
