import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DemoSession } from '@/server/seed';
import type { Stage } from './stage';

/** Its owner's eyes only: it holds tokens. */
const FILE_MODE = 0o600;

/** Writes demo.json: everything that somebody with curl needs to go on. Returns its path. */
export async function writeRecord(stage: Stage): Promise<string> {
  const sessions = [stage.bella, stage.sakura];
  const record = {
    writtenAt: new Date().toISOString(),
    baseUrl: stage.baseUrl,
    trpcUrl: `${stage.baseUrl}/api/trpc`,
    webhookUrl: `${stage.baseUrl}/api/webhooks/stripe`,
    simulatorUrl: stage.simulatorUrl,
    publishableKey: stage.publishableKey,
    tokens: stage.tokens,
    restaurants: sessions.map(({ place: { id, name, currency, timeZone, owner, staff } }) => ({
      id,
      name,
      currency,
      timeZone,
      ownerId: owner.userId,
      staffId: staff.userId,
    })),
    tables: sessions.flatMap(({ place }) =>
      place.tables.map((table) => ({ ...table, restaurantId: place.id })),
    ),
    sessions: sessions.map(({ sessionId, tableId, place }) => ({
      id: sessionId,
      tableId,
      restaurantId: place.id,
    })),
    guests: sessions.flatMap(guestsOf),
    orders: stage.orders,
    payments: await paymentsOf(stage),
  };
  const file = path.join(stage.env.dataDir, 'demo.json');
  await writeFile(`${file}.part`, `${JSON.stringify(record, null, 2)}\n`, { mode: FILE_MODE });
  await rename(`${file}.part`, file);
  return file;
}

function guestsOf({ sessionId, guests }: DemoSession) {
  return guests.map(({ name, guestSessionId, userId }) => ({
    name,
    guestSessionId,
    userId,
    tableSessionId: sessionId,
  }));
}

function paymentsOf(stage: Stage) {
  return Promise.all(
    [...stage.paymentIds].map(async (paymentId) => {
      const payment = await stage.admin.payments.get.query({ paymentId });
      const { id, orderId, restaurantId, status, totalMinor, currency, paymentIntentId, receiptUrl } =
        payment;
      return { id, orderId, restaurantId, status, totalMinor, currency, paymentIntentId, receiptUrl };
    }),
  );
}
