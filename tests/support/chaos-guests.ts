import { setTimeout as pause } from 'node:timers/promises';
import { TRPCClientError } from '@trpc/client';
import type { PaymentView } from '@/services/payments/view';
import { confirmAsBrowser } from '@/stripe/simulator/browser-confirm';
import { type Client, createClients } from './app-clients';
import { type SeededRestaurant, seedOrder, seedSession } from './app-fixtures';
import type { Dice } from './chaos-dice';
import type { CrashNode, SimulatorProcess } from './processes';

export interface ChaosWorld {
  nodes: readonly CrashNode[];
  simulator: SimulatorProcess;
  env: Parameters<typeof createClients>[1];
  at: SeededRestaurant;
  /** What callers saw and must never see. */
  breaches: string[];
  /** How often a caller was refused for good, by code. */
  refusals: Map<string, number>;
}

const PUBLISHABLE_KEY = 'pk_test_chaos_only_0000';
const MAX_TRIES = 60;

/**
 * One table's evening: an order, a guest who pays it in one of many ways, staff who give money back. Guests repeat what
 * gets no answer, with the same key and at any node, and now and then just leave.
 */
export async function playStory(world: ChaosWorld, dice: Dice): Promise<void> {
  const session = await anyhow(
    world,
    dice,
    (c) => c.service,
    (service) => seedSession(service, world.at),
  );
  const orderId = await anyhow(
    world,
    dice,
    (c) => c.service,
    (service) =>
      seedOrder(service, world.at, {
        session,
        subtotalMinor: 500 + dice.below(9500),
        taxMinor: dice.below(700),
      }),
  );
  const [first, second] = session.guests;
  const stories = [payAsGuest(world, dice.fork(), orderId, first)];
  if (dice.chance(0.15)) stories.push(payAsGuest(world, dice.fork(), orderId, second));
  await Promise.all(stories);
}

async function payAsGuest(world: ChaosWorld, dice: Dice, orderId: string, guestId: string): Promise<void> {
  const guest = (c: Callers) => c.guest(guestId);
  const input = { orderId, tipMinor: dice.pick([0, 0, 100, 350]), idempotencyKey: dice.key() };
  const create = () => attempt(world, dice, guest, (client) => client.payments.create.mutate(input));
  // A double tap: the same key twice, or two keys of one impatient guest.
  const twin = dice.chance(0.2)
    ? attempt(world, dice.fork(), guest, (client) =>
        client.payments.create.mutate(dice.chance(0.5) ? input : { ...input, idempotencyKey: dice.key() }),
      )
    : null;
  const payment = await create();
  const other = await twin;
  if (!payment || dice.chance(0.05)) return;
  if (other && other.id !== payment.id && other.status === 'PENDING' && payment.status === 'PENDING') {
    world.breaches.push(`guest of order ${orderId} got two payments: ${payment.id} and ${other.id}`);
  }
  if (dice.chance(0.25)) {
    const tip = { paymentId: payment.id, tipMinor: dice.pick([200, 500]), idempotencyKey: dice.key() };
    await attempt(world, dice, guest, (client) => client.payments.changeTip.mutate(tip));
  }
  await pay(world, dice, guest, payment);
  const seen = await attempt(world, dice, guest, (client) =>
    client.payments.get.query({ paymentId: payment.id }),
  );
  if (seen?.status === 'COMPLETED' && dice.chance(0.3)) await giveBack(world, dice, seen);
}

async function pay(world: ChaosWorld, dice: Dice, guest: Who, payment: PaymentView): Promise<void> {
  const card = (paymentMethod: string) => confirm(world, payment, paymentMethod);
  const way = dice.below(100);
  if (way < 55) await card(dice.pick(['pm_card_visa', 'pm_card_mastercard', 'pm_card_applePay']));
  else if (way < 70) {
    await card('pm_card_chargeDeclined');
    await card('pm_card_visa');
  } else if (way < 75) await card('pm_card_chargeDeclinedInsufficientFunds');
  else if (way < 80) {
    await card('pm_card_processing');
    const outcome = dice.chance(0.8) ? 'succeed' : 'fail';
    await world.simulator
      .control('finishProcessing', { paymentIntent: payment.paymentIntentId ?? '', outcome })
      .catch(() => undefined);
  } else if (way < 92) {
    const input = { paymentId: payment.id, idempotencyKey: dice.key() };
    const cancelling = attempt(world, dice.fork(), guest, (client) => client.payments.cancel.mutate(input));
    // A guest who pays in the very moment in which the other tab cancels.
    if (dice.chance(0.4)) await card('pm_card_visa');
    await cancelling;
  } else if (way < 95) {
    await world.simulator
      .control('dashboardCancel', { paymentIntent: payment.paymentIntentId ?? '' })
      .catch(() => undefined);
  }
}

/** Confirms as Stripe.js does; a refusal (declined, cancelled meanwhile) is the guest's to live with. */
async function confirm(world: ChaosWorld, payment: PaymentView, paymentMethod: string): Promise<void> {
  if (payment.clientSecret === null) return;
  await confirmAsBrowser({
    apiBase: world.simulator.url,
    publishableKey: PUBLISHABLE_KEY,
    clientSecret: payment.clientSecret,
    paymentMethod,
  });
}

async function giveBack(world: ChaosWorld, dice: Dice, payment: PaymentView): Promise<void> {
  if (dice.chance(0.2)) {
    const amount = 1 + dice.below(payment.totalMinor);
    await world.simulator
      .control('dashboardRefund', { paymentIntent: payment.paymentIntentId ?? '', amount })
      .catch(() => undefined);
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
      await attempt(
        world,
        mine,
        (c) => c.staff,
        (staff) => staff.refunds.create.mutate(input),
      );
    }),
  );
}

interface Callers {
  service: Client;
  staff: Client;
  guest(guestId: string): Client;
}
type Who = (callers: Callers) => Client;

/**
 * Does one thing as a client does it: no answer, an unknown outcome or a creation under way are repeated with the same key,
 * at any node. Null: it was refused, or the guest has given up.
 */
async function attempt<T>(
  world: ChaosWorld,
  dice: Dice,
  who: Who,
  call: (client: Client) => Promise<T>,
): Promise<T | null> {
  const patience = dice.chance(0.1) ? 1 : MAX_TRIES;
  for (let tries = 0; tries < patience; tries++) {
    const { url } = dice.pick(world.nodes);
    try {
      return await call(who(await callersOf(world, url)));
    } catch (error) {
      if (!(error instanceof TRPCClientError)) throw error;
      const code: string | undefined = error.data?.appCode;
      if (code === 'INTERNAL' || error.data?.httpStatus === 500) {
        world.breaches.push(`a caller was answered 500: ${error.message}`);
        return null;
      }
      if (code !== undefined && !REPEATABLE.has(code)) {
        world.refusals.set(code, (world.refusals.get(code) ?? 0) + 1);
        return null;
      }
    }
    await pause(100);
  }
  return null;
}

const REPEATABLE = new Set(['PROCESSOR_OUTCOME_UNKNOWN', 'PROCESSOR_UNAVAILABLE', 'CREATION_IN_PROGRESS']);

/** The same for what must happen, or there is nothing to test. */
async function anyhow<T>(
  world: ChaosWorld,
  dice: Dice,
  who: Who,
  call: (client: Client) => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call(who(await callersOf(world, dice.pick(world.nodes).url)));
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
    }
    await pause(100);
  }
}

async function callersOf(world: ChaosWorld, url: string): Promise<Callers> {
  const clients = createClients(url, world.env);
  return {
    service: await clients.asService(),
    staff: await clients.asStaff(world.at.staffId),
    guest: (guestId) => clients.asGuest(guestId),
  };
}
