import type { PaymentView } from '@/services/payments/view';
import { asGuest, attempt, type ChaosWorld, type Who } from './callers';
import { confirmCard, payByCard } from './cards';
import type { Dice } from './dice';
import { answerDispute, giveBack, payInCash } from './staff';
import type { Evening } from './stories';

/** One guest pays one order, in one of many ways. Sometimes a second guest tries to pay it too. */
export async function payOneOrder(evening: Evening, dice: Dice): Promise<void> {
  const { world, at, session } = evening;
  const { orderId } = await evening.order();
  const [first, second] = session.guests;
  const pay = (mine: Dice, guestId: string) =>
    mine.chance(0.2)
      ? payInCash(world, mine, at, { orderId, guestId, tipMinor: mine.pick([0, 150]) })
      : payAsGuest(evening, mine, orderId, guestId);
  const stories = [pay(dice.fork(), first)];
  if (dice.chance(0.15)) stories.push(pay(dice.fork(), second));
  await Promise.all(stories);
}

/** Whether all these payments are open now: a hold may have expired since its answer. */
async function areBothOpen(
  { world }: Evening,
  dice: Dice,
  guest: Who,
  ids: readonly string[],
): Promise<boolean> {
  const seen = await Promise.all(
    ids.map((paymentId) =>
      attempt(world, dice.fork(), guest, (client) => client.payments.get.query({ paymentId })),
    ),
  );
  return seen.every((payment) => payment?.status === 'PENDING');
}

async function payAsGuest(evening: Evening, dice: Dice, orderId: string, guestId: string): Promise<void> {
  const { world } = evening;
  const guest = asGuest(guestId);
  const input = { orderId, tipMinor: dice.pick([0, 0, 100, 350]), idempotencyKey: dice.key() };
  // A double tap: the same key twice, or two keys of one guest.
  const twin = dice.chance(0.2)
    ? attempt(world, dice.fork(), guest, (client) =>
        client.payments.create.mutate(dice.chance(0.5) ? input : { ...input, idempotencyKey: dice.key() }),
      )
    : null;
  const payment = await attempt(world, dice, guest, (client) => client.payments.create.mutate(input));
  const other = await twin;
  if (!payment || dice.chance(0.05)) return;
  if (
    other &&
    other.id !== payment.id &&
    (await areBothOpen(evening, dice.fork(), guest, [payment.id, other.id]))
  )
    world.breaches.push(`guest of order ${orderId} has two open payments: ${payment.id} and ${other.id}`);
  if (dice.chance(0.25)) {
    const tip = { paymentId: payment.id, tipMinor: dice.pick([200, 500]), idempotencyKey: dice.key() };
    await attempt(world, dice, guest, (client) => client.payments.changeTip.mutate(tip));
  }
  const way = dice.below(100);
  if (way < 80) await payByCard(world, dice, payment);
  else if (way < 90) await cancel(world, dice, guest, payment);
  else await tryAgain(world, dice, guest, payment);
  await endOfMeal(evening, dice, guest, payment.id);
}

/** The guest reads the payment again. Then staff may refund it or answer a dispute. */
export async function endOfMeal(evening: Evening, dice: Dice, guest: Who, paymentId: string): Promise<void> {
  const { world, at } = evening;
  const seen = await attempt(world, dice, guest, (client) => client.payments.get.query({ paymentId }));
  if (seen?.status !== 'COMPLETED') return;
  if (dice.chance(0.3)) await giveBack(world, dice, at, seen);
  if (dice.chance(0.3)) await answerDispute(world, dice, at, paymentId);
}

/** A guest cancels, and may pay in another tab at the same time. */
async function cancel(world: ChaosWorld, dice: Dice, guest: Who, payment: PaymentView): Promise<void> {
  const input = { paymentId: payment.id, idempotencyKey: dice.key() };
  const cancelling = attempt(world, dice.fork(), guest, (client) => client.payments.cancel.mutate(input));
  if (dice.chance(0.4)) await confirmCard(world, payment, 'pm_card_visa');
  await cancelling;
}

/** A guest whose card is declined retries, and pays the payment that the retry returns. */
async function tryAgain(world: ChaosWorld, dice: Dice, guest: Who, payment: PaymentView): Promise<void> {
  await confirmCard(world, payment, 'pm_card_chargeDeclined');
  const input = { paymentId: payment.id, idempotencyKey: dice.key() };
  const again = await attempt(world, dice, guest, (client) => client.payments.retry.mutate(input));
  await confirmCard(world, again ?? payment, 'pm_card_visa');
}
