import { asGuest, attempt } from './callers';
import { payByCard } from './cards';
import type { Dice } from './dice';
import { endOfMeal } from './guests';
import { takeCash } from './staff';
import type { Evening } from './stories';

/** The guests of a table pay its bill at the same time: each an amount of their own, or the rest. */
export async function payTogether(evening: Evening, dice: Dice): Promise<void> {
  const orders = [await evening.order(), await evening.order()];
  const dueMinor = orders.reduce((sum, order) => sum + order.dueMinor, 0);
  await Promise.all(
    evening.session.guests.map((guestId) => {
      const mine = dice.fork();
      const shareMinor = mine.chance(0.8) ? 100 + mine.below(Math.floor(dueMinor / 2)) : undefined;
      return payShare(evening, mine, guestId, shareMinor === undefined ? {} : { shareMinor });
    }),
  );
}

/** The guests of a table set a live split of its bill, and each pays their stored share. */
export async function payBySplit(evening: Evening, dice: Dice): Promise<void> {
  const { world, session } = evening;
  await evening.order();
  await evening.order();
  const on = { tableSessionId: session.sessionId };
  const [host] = session.guests;
  const users = await attempt(world, dice, asGuest(host), (client) => client.tableSessions.users.query(on));
  const guests = users?.users.map(({ publicId }) => publicId) ?? [];
  const percentages = guests.map((guestPublicId, i) => ({
    guestPublicId,
    sharePpm: i === 0 ? 340_000 : 330_000,
  }));
  const choice = dice.chance(0.6)
    ? { ...on, type: 'EQUAL' as const, idempotencyKey: dice.key() }
    : { ...on, type: 'BY_PERCENTAGE' as const, percentages, idempotencyKey: dice.key() };
  const set = (mine: Dice) =>
    attempt(world, mine, asGuest(host), (client) => client.splitCalculations.set.mutate(choice));
  if (!(await set(dice))) return;
  await Promise.all(
    session.guests.map((guestId) => payShare(evening, dice.fork(), guestId, { bySplit: true })),
  );
  if (dice.chance(0.2)) {
    // Staff unlock the split, which divides the rest again, and one guest tries once more.
    const { staffId } = evening.at;
    const input = { ...on, idempotencyKey: dice.key() };
    await attempt(
      world,
      dice,
      (clients) => clients.asStaff(staffId),
      (staff) => staff.splitCalculations.forceUnlock.mutate(input),
    );
    await payShare(evening, dice.fork(), dice.pick(session.guests), { bySplit: true });
  }
}

async function payShare(
  evening: Evening,
  dice: Dice,
  guestId: string,
  share: { shareMinor?: number; bySplit?: boolean },
): Promise<void> {
  const { world, at, session } = evening;
  const guest = asGuest(guestId);
  const method = dice.chance(0.2) ? ('CASH' as const) : ('CARD' as const);
  const input = {
    tableSessionId: session.sessionId,
    ...share,
    method,
    tipMinor: dice.pick([0, 50, 300]),
    idempotencyKey: dice.key(),
  };
  const payment = await attempt(world, dice, guest, (client) => client.tableSessions.pay.mutate(input));
  if (!payment || dice.chance(0.05)) return;
  if (payment.provider === 'CASH') await takeCash(world, dice, at, payment.id, guest);
  else {
    await payByCard(world, dice, payment);
    await endOfMeal(evening, dice, guest, payment.id);
  }
}
