import { randomUUID } from 'node:crypto';
import type { SimulatorState } from '@/stripe/simulator/control/types';
import {
  type Client,
  newKey,
  type OrderOptions,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  type TestApp,
} from '../../support/app';

/** A table with an unpaid order of 25.00 + 2.00 tax, three guests, staff, and the platform. */
export interface Scene {
  app: TestApp;
  at: SeededRestaurant;
  session: SeededSession;
  orderId: string;
  guest: Client;
  mate: Client;
  staff: Client;
  service: Client;
}

export type RestaurantOptions = Parameters<typeof seedRestaurant>[1];

export async function setScene(
  app: TestApp,
  order: Omit<OrderOptions, 'session'> = {},
  restaurant: RestaurantOptions = {},
): Promise<Scene> {
  const service = await app.asService();
  const at = await seedRestaurant(service, restaurant);
  const session = await seedSession(service, at);
  const orderId = await seedOrder(service, at, { ...order, session });
  return {
    app,
    at,
    session,
    orderId,
    guest: app.asGuest(session.guests[0]),
    mate: app.asGuest(session.guests[1]),
    staff: await app.asStaff(at.staffId),
    service,
  };
}

type CreateInput = Parameters<Client['payments']['create']['mutate']>[0];

export function pay(client: Client, orderId: string, more: Partial<CreateInput> = {}) {
  return client.payments.create.mutate({ orderId, idempotencyKey: newKey(), ...more });
}

/** What the platform says of the scene's order, changed. */
export function orderRow(scene: Scene, change: Record<string, unknown>) {
  return {
    id: scene.orderId,
    restaurantId: scene.at.restaurantId,
    tableId: scene.at.tableId,
    tableSessionId: scene.session.sessionId,
    orderNumber: 'A-1',
    status: 'DELIVERED' as const,
    currency: scene.at.currency,
    subtotalMinor: 2500,
    taxMinor: 200,
    placedAt: new Date(),
    version: 2,
    ...change,
  };
}

export async function syncOrder(scene: Scene, change: Record<string, unknown>) {
  const { results } = await scene.service.platform.orders.sync.mutate({ orders: [orderRow(scene, change)] });
  return results[0];
}

export async function syncSession(scene: Scene, change: Record<string, unknown>) {
  const { results } = await scene.service.platform.sessions.sync.mutate({
    sessions: [
      {
        id: scene.session.sessionId,
        restaurantId: scene.at.restaurantId,
        tableId: scene.at.tableId,
        code: 'AB12',
        status: 'ACTIVE',
        expiresAt: new Date(Date.now() + 3_600_000),
        version: 2,
        ...change,
      },
    ],
  });
  return results[0];
}

/** The intents at the simulator that belong to a payment. */
export function intentsOf(app: TestApp, paymentId: string): SimulatorState['paymentIntents'] {
  return app.simulator.control.state().paymentIntents.filter((i) => i.metadata.paymentId === paymentId);
}

export function intentsOfOrder(app: TestApp, orderId: string): SimulatorState['paymentIntents'] {
  return app.simulator.control.state().paymentIntents.filter((i) => i.metadata.orderId === orderId);
}

/** Rows of a query, for looking where no verb looks. */
export async function rows<Row extends object>(
  app: TestApp,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await app.database.pool.query<Row>(sql, values)).rows;
}

export function paymentsOfOrder(app: TestApp, orderId: string) {
  return rows<{ id: string; status: string; total_amount: number; creation_state: string }>(
    app,
    'SELECT id, status, total_amount, creation_state FROM payments WHERE order_id = $1 ORDER BY id',
    [orderId],
  );
}

export function otherId(): string {
  return randomUUID();
}

export const newGuestId = () => randomUUID().replaceAll('-', '').repeat(2);
