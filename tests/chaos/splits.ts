import type { SplitGroupView } from '@/services/splits/view';
import { asGuest, asStaff, attempt } from './callers';
import { payByCard } from './cards';
import type { Dice } from './dice';
import type { Evening } from './stories';

/** A bill in three fixed shares. One may be paid in cash, changed meanwhile, or the group cancelled half-way. */
export async function payFixedShares(evening: Evening, dice: Dice): Promise<void> {
  const { world, at, session } = evening;
  const { orderId, dueMinor } = await evening.order();
  const [host] = session.guests;
  const on = { tableSessionId: session.sessionId };
  const users = await attempt(world, dice, asGuest(host), (client) => client.tableSessions.users.query(on));
  if (!users) return;
  const firstMinor = 1 + dice.below(Math.floor(dueMinor / 2));
  const secondMinor = 1 + dice.below(Math.floor((dueMinor - firstMinor) / 2));
  const amounts = [firstMinor, secondMinor, dueMinor - firstMinor - secondMinor].map((minor) => minor);
  if (amounts.some((minor) => minor < 100)) return;
  const input = {
    orderId,
    parts: users.users.map(({ publicId }, i) => ({
      guestPublicId: publicId,
      amountMinor: amounts[i] ?? 0,
      tipMinor: dice.pick([0, 0, 120]),
    })),
    idempotencyKey: dice.key(),
  };
  const creator = dice.chance(0.5) ? asGuest(host) : asStaff(at);
  const group = await attempt(world, dice, creator, (client) => client.splits.create.mutate(input));
  if (!group) return;
  const stories = session.guests.map((guestId) => payOwn(evening, dice.fork(), group, guestId));
  if (dice.chance(0.25)) stories.push(changeShare(evening, dice.fork(), group));
  if (dice.chance(0.2)) stories.push(takeShareInCash(evening, dice.fork(), group));
  if (dice.chance(0.2)) stories.push(callOff(evening, dice.fork(), group));
  await Promise.all(stories);
}

async function payOwn(evening: Evening, dice: Dice, group: SplitGroupView, guestId: string): Promise<void> {
  const { world } = evening;
  if (dice.chance(0.05)) return;
  const seen = await attempt(world, dice, asGuest(guestId), (client) =>
    client.splits.get.query({ groupId: group.id }),
  );
  // The group's creator sees the secrets of participants without a login, and each guest their own.
  const own = seen?.participants.find(({ payment }) => payment.clientSecret !== null);
  if (own) await payByCard(world, dice, own.payment);
}

async function changeShare({ world, at }: Evening, dice: Dice, group: SplitGroupView): Promise<void> {
  const [one, other] = group.participants;
  if (!one || !other) return;
  const input = {
    groupId: group.id,
    participantId: one.id,
    amountMinor: 1 + dice.below(one.amountMinor),
    takenBy: [other.id],
    idempotencyKey: dice.key(),
  };
  await attempt(world, dice, asStaff(at), (staff) => staff.splits.changeParticipant.mutate(input));
}

async function takeShareInCash({ world, at }: Evening, dice: Dice, group: SplitGroupView): Promise<void> {
  const { id: participantId } = dice.pick(group.participants);
  const input = { groupId: group.id, participantId, idempotencyKey: dice.key() };
  await attempt(world, dice, asStaff(at), (staff) => staff.splits.takeCash.mutate(input));
}

async function callOff({ world, at }: Evening, dice: Dice, group: SplitGroupView): Promise<void> {
  const input = { groupId: group.id, reason: 'Chaos', idempotencyKey: dice.key() };
  await attempt(world, dice, asStaff(at), (staff) => staff.splits.cancel.mutate(input));
}
