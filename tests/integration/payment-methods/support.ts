import type { SavedCardView } from '@/services/payment-methods/view';
import {
  type Client,
  newKey,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  type TestApp,
  waitFor,
} from '../../support/app';
import { confirmSetup } from '../../support/confirm-setup';

/** A signed-in customer at a restaurant. */
export interface CustomerScene {
  app: TestApp;
  at: SeededRestaurant;
  userId: string;
  client: Client;
}

export async function customerScene(app: TestApp): Promise<CustomerScene> {
  const at = await seedRestaurant(await app.asService());
  const userId = `customer-${newKey()}`;
  return { app, at, userId, client: await app.asCustomer(userId) };
}

/** Saves a card without paying, as a browser does, and returns it once its news has come. */
export async function saveCard(scene: CustomerScene, card = 'pm_card_visa'): Promise<SavedCardView> {
  const { client } = scene;
  const before = await client.paymentMethods.list.query();
  const setup = await client.paymentMethods.setupIntent.mutate({ idempotencyKey: newKey() });
  await confirmSetup(scene.app, setup, card);
  return newCard(scene, before);
}

/** The card that is in the list now and was not before. */
export function newCard({ client }: CustomerScene, before: readonly SavedCardView[]): Promise<SavedCardView> {
  return waitFor('the card is in the list', async () => {
    const cards = await client.paymentMethods.list.query();
    return cards.find((card) => !before.some(({ id }) => id === card.id));
  });
}

/** An open card payment of a new order of 25.00 + 2.00 tax. */
export async function openPayment(scene: CustomerScene) {
  const orderId = await seedOrder(await scene.app.asService(), scene.at, { customerId: scene.userId });
  return scene.client.payments.create.mutate({ orderId, idempotencyKey: newKey() });
}

/** The processor's methods of the scene's customer. */
export async function methodsAtProcessor({ app, userId }: CustomerScene) {
  const { rows } = await app.database.pool.query('SELECT stripe_customer_id AS id FROM users WHERE id = $1', [
    userId,
  ]);
  return app.simulator.control.state().paymentMethods.filter((m) => m.customer === rows[0]?.id);
}
