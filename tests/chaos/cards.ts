import { type BrowserAnswer, confirmAsBrowser } from '@/stripe/simulator/browser-confirm';
import type { SimulatorControl } from '@/stripe/simulator/control/types';
import type { ChaosWorld } from './callers';
import type { Dice } from './dice';

const PUBLISHABLE_KEY = 'pk_test_chaos_only_0000';

/** What a browser knows of a payment. */
export interface Payable {
  clientSecret: string | null;
  paymentIntentId: string | null;
}

/** Confirms as Stripe.js does. The answer may be a refusal: declined, or cancelled meanwhile. */
export async function confirmCard(
  world: ChaosWorld,
  payment: Payable,
  paymentMethod: string,
): Promise<BrowserAnswer | null> {
  const { clientSecret } = payment;
  if (clientSecret === null) return null;
  const { url: apiBase } = world.simulator;
  return confirmAsBrowser({ apiBase, publishableKey: PUBLISHABLE_KEY, clientSecret, paymentMethod });
}

/** Confirms a card to save, as Stripe.js does. */
export async function confirmSetupCard(
  world: ChaosWorld,
  setup: { setupIntentId: string; clientSecret: string },
  paymentMethod: string,
): Promise<void> {
  const response = await fetch(`${world.simulator.url}/v1/setup_intents/${setup.setupIntentId}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${PUBLISHABLE_KEY}` },
    body: new URLSearchParams({ client_secret: setup.clientSecret, payment_method: paymentMethod }),
  });
  await response.text();
}

/** An act of Stripe, of a bank or of a person at Stripe's dashboard. Null where it is not possible any more. */
export function happen<Name extends keyof SimulatorControl>(
  world: ChaosWorld,
  name: Name,
  ...argument: Parameters<SimulatorControl[Name]>
): Promise<Awaited<ReturnType<SimulatorControl[Name]>> | null> {
  return world.simulator.control(name, ...argument).catch(() => null);
}

/** Pays by card in one of many ways; most end with the money taken. */
export async function payByCard(world: ChaosWorld, dice: Dice, payment: Payable): Promise<void> {
  const way = dice.below(100);
  const paymentIntent = payment.paymentIntentId ?? '';
  if (way < 50)
    await confirmCard(
      world,
      payment,
      dice.pick(['pm_card_visa', 'pm_card_mastercard', 'pm_card_applePay', 'pm_card_amex']),
    );
  else if (way < 60) {
    await confirmCard(world, payment, 'pm_card_chargeDeclined');
    await confirmCard(world, payment, 'pm_card_visa');
  } else if (way < 64) await confirmCard(world, payment, 'pm_card_chargeDeclinedInsufficientFunds');
  else if (way < 70) {
    await confirmCard(world, payment, 'pm_card_processing');
    await happen(world, 'finishProcessing', {
      paymentIntent,
      outcome: dice.chance(0.8) ? 'succeed' : 'fail',
    });
  } else if (way < 82) await payWithAuthentication(world, dice, payment);
  else if (way < 90) await confirmCard(world, payment, 'pm_card_createDispute');
  else if (way < 96) {
    await confirmCard(world, payment, 'pm_card_visa');
    await dispute(world, dice, paymentIntent);
  } else if (way < 98) await happen(world, 'dashboardCancel', { paymentIntent });
  else await confirmCard(world, payment, 'pm_card_refundFail');
}

/** The bank asks for authentication. The guest passes, fails and tries again, or leaves. */
async function payWithAuthentication(world: ChaosWorld, dice: Dice, payment: Payable): Promise<void> {
  const paymentIntent = payment.paymentIntentId ?? '';
  const confirm = () => confirmCard(world, payment, 'pm_card_threeDSecure2Required');
  const answer = (outcome: 'succeed' | 'fail') =>
    happen(world, 'completeAuthentication', { paymentIntent, outcome });
  await confirm();
  if (dice.chance(0.3)) {
    await answer('fail');
    await confirm();
  }
  if (!dice.chance(0.1)) await answer('succeed');
}

/** A cardholder disputes the charge. Most disputes are decided during the storm. */
async function dispute(world: ChaosWorld, dice: Dice, paymentIntent: string): Promise<void> {
  const opened = await happen(world, 'createDispute', { paymentIntent });
  if (opened && dice.chance(0.8))
    await happen(world, 'resolveDispute', {
      dispute: opened.id,
      outcome: dice.chance(0.5) ? 'won' : 'lost',
    });
}
