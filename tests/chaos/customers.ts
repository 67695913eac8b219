import { setTimeout as pause } from 'node:timers/promises';
import { asCustomer, attempt } from './callers';
import { confirmSetupCard, happen, payByCard } from './cards';
import type { Dice } from './dice';
import { endOfMeal } from './guests';
import type { Evening } from './stories';

/** Looks at the list of saved cards. A card whose webhook is lost appears with the event sweep. */
const LOOKS = 60;
const LOOK_MS = 200;

/** A signed-in customer saves a card, pays with it, and may remove it. */
export async function payWithSavedCard(evening: Evening, dice: Dice): Promise<void> {
  const { world } = evening;
  const userId = `customer-${dice.key()}`;
  const customer = asCustomer(userId);
  const setup = await attempt(world, dice, customer, (client) =>
    client.paymentMethods.setupIntent.mutate({ idempotencyKey: `${userId}-setup` }),
  );
  if (!setup) return;
  await confirmSetupCard(
    world,
    setup,
    dice.pick(['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired']),
  );
  const { orderId } = await evening.order({ customerId: userId });
  const payment = await attempt(world, dice, customer, (client) =>
    client.payments.create.mutate({ orderId, tipMinor: 0, idempotencyKey: `${userId}-pay` }),
  );
  if (!payment) return;
  const savedCardId = await findCard(evening, dice, userId);
  if (savedCardId === null) await payByCard(world, dice, payment);
  else {
    const input = { paymentId: payment.id, savedCardId, idempotencyKey: dice.key() };
    const paid = await attempt(world, dice, customer, (client) =>
      client.payments.payWithSavedCard.mutate(input),
    );
    if (paid?.requiresAction)
      await happen(world, 'completeAuthentication', {
        paymentIntent: payment.paymentIntentId ?? '',
        outcome: 'succeed',
      });
    if (dice.chance(0.3)) {
      const removal = { savedCardId, idempotencyKey: dice.key() };
      await attempt(world, dice, customer, (client) => client.paymentMethods.remove.mutate(removal));
    }
  }
  await endOfMeal(evening, dice, customer, payment.id);
}

async function findCard({ world }: Evening, dice: Dice, userId: string): Promise<string | null> {
  for (let look = 0; look < LOOKS; look++) {
    const cards = await attempt(world, dice, asCustomer(userId), (client) =>
      client.paymentMethods.list.query(),
    );
    const [card] = cards ?? [];
    if (card) return card.id;
    await pause(LOOK_MS);
  }
  return null;
}
