import { TRPCClientError } from '@trpc/client';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededSession,
  seedOrder,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { type Scene, setScene } from '../payments/support';

type PayInput = Parameters<Client['tableSessions']['pay']['mutate']>[0];

export function payTable(client: Client, session: SeededSession, more: Partial<PayInput> = {}) {
  return client.tableSessions.pay.mutate({
    tableSessionId: session.sessionId,
    idempotencyKey: newKey(),
    ...more,
  });
}

export function billOf(client: Client, session: SeededSession) {
  return client.tableSessions.bill.query({ tableSessionId: session.sessionId });
}

/** Pays a share by card to the end. */
export async function payShare(app: TestApp, client: Client, session: SeededSession, shareMinor: number) {
  const payment = await payTable(client, session, { shareMinor });
  await payWithCard(app, payment);
  return waitForStatus(client, payment.id, 'COMPLETED');
}

/** A table whose bill is exactly 10.00, in two orders of 6.00 and 4.00 with tax inside. */
export async function tableOfTen(app: TestApp): Promise<Scene & { secondOrderId: string; third: Client }> {
  const scene = await setScene(app, { subtotalMinor: 540, taxMinor: 60 });
  const secondOrderId = await seedOrder(scene.service, scene.at, {
    session: scene.session,
    subtotalMinor: 370,
    taxMinor: 30,
  });
  return { ...scene, secondOrderId, third: app.asGuest(scene.session.guests[2]) };
}

/** How a call was refused, with its details. */
export async function refusedWith(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof TRPCClientError) || !error.data) throw error;
    return { code: error.data.code, appCode: error.data.appCode, details: error.data.details };
  }
  throw new Error('the call was expected to be refused, but it succeeded');
}
