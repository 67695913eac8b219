import {
  type Client,
  newKey,
  payWithCard,
  type SeededSession,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { rows, type Scene, setScene } from '../payments/support';

type CreateInput = Parameters<Client['splits']['create']['mutate']>[0];
export type Part = CreateInput['parts'][number];
export type Group = Awaited<ReturnType<Client['splits']['get']['query']>>;
export type Participant = Group['participants'][number];

/** A table with one order of 30.00, tax inside, and the public ids of its three guests. */
export interface SplitScene extends Scene {
  third: Client;
  publicIds: [string, string, string];
}

export async function splitScene(
  app: TestApp,
  order: Parameters<typeof setScene>[1] = {},
  restaurant: Parameters<typeof setScene>[2] = {},
): Promise<SplitScene> {
  const scene = await setScene(app, { subtotalMinor: 2700, taxMinor: 300, ...order }, restaurant);
  return {
    ...scene,
    third: app.asGuest(scene.session.guests[2]),
    publicIds: await publicIdsOf(app, scene.session),
  };
}

async function publicIdsOf(app: TestApp, session: SeededSession): Promise<[string, string, string]> {
  const found = await rows<{ id: string; publicId: string }>(
    app,
    'SELECT id, public_id AS "publicId" FROM guest_sessions WHERE table_session_id = $1',
    [session.sessionId],
  );
  const of = (guest: string) => found.find(({ id }) => id === guest)?.publicId ?? '';
  const [first, second, third] = session.guests;
  return [of(first), of(second), of(third)];
}

/** Divides the scene's order among named people: parts in minor units, or more about each. */
export function split(client: Client, orderId: string, parts: (number | Part)[], idempotencyKey = newKey()) {
  return client.splits.create.mutate({ orderId, parts: parts.map(asPart), idempotencyKey });
}

export function splitTable(client: Client, session: SeededSession, parts: (number | Part)[], more = {}) {
  return client.splits.create.mutate({
    tableSessionId: session.sessionId,
    parts: parts.map(asPart),
    idempotencyKey: newKey(),
    ...more,
  });
}

/** The three guests of the table, 10.00 each. */
export function guestsTenEach(scene: SplitScene): Part[] {
  return scene.publicIds.map((guestPublicId) => ({ guestPublicId, amountMinor: 1000 }));
}

function asPart(part: number | Part): Part {
  return typeof part === 'number' ? { amountMinor: part, name: `Payer of ${part}` } : part;
}

/** The n-th participant; a test that asks for one that is not there has lost its way. */
export function nth(group: Group, n: number): Participant {
  const participant = group.participants[n];
  if (!participant) throw new Error(`the group has no participant ${n}`);
  return participant;
}

/** Pays a share by card to the end, as who may see its client secret. */
export async function payShareOf(app: TestApp, client: Client, participant: Participant, card?: string) {
  await payWithCard(app, participant.payment, card);
  return waitForStatus(client, participant.payment.id, 'COMPLETED');
}

export function groupOf(client: Client, groupId: string): Promise<Group> {
  return client.splits.get.query({ groupId });
}

export function whenState(client: Client, groupId: string, state: Group['state']): Promise<Group> {
  return waitFor(`group ${groupId} becomes ${state}`, async () => {
    const group = await groupOf(client, groupId);
    return group.state === state ? group : null;
  });
}

/** What the outbox says of a group, in order. */
export async function eventsOf(app: TestApp, groupId: string) {
  const found = await rows<{ payload: Record<string, unknown> & { type: string } }>(
    app,
    `SELECT payload FROM outbox_events WHERE payload->>'splitGroupId' = $1 ORDER BY xid, position`,
    [groupId],
  );
  return found.map(({ payload }) => payload);
}

/** Money that Stripe holds of a group's intents, refunds taken off. */
export function heldAtStripe(app: TestApp, group: Group): number {
  const { paymentIntents, refunds } = app.simulator.control.state();
  const ids = new Set(group.participants.map(({ payment }) => payment.id));
  const intents = paymentIntents.filter((intent) => ids.has(intent.metadata.paymentId ?? ''));
  const back = refunds.filter(
    (refund) => intents.some(({ id }) => id === refund.payment_intent) && refund.status !== 'failed',
  );
  return (
    intents.reduce((sum, intent) => sum + intent.amount_received, 0) -
    back.reduce((sum, refund) => sum + refund.amount, 0)
  );
}

export function stripeIntents(app: TestApp, group: Group) {
  const { paymentIntents } = app.simulator.control.state();
  return group.participants.map(({ payment }) =>
    paymentIntents.filter((intent) => intent.metadata.paymentId === payment.id),
  );
}

/** Three guests with 10.00 each, of whom the first `paid` have paid by card. */
export async function groupPaidBy(
  app: TestApp,
  paid: number,
  currency = 'USD',
): Promise<SplitScene & { group: Group }> {
  const scene = await splitScene(app, {}, { currency });
  const made = await split(scene.guest, scene.orderId, guestsTenEach(scene));
  const clients = [scene.guest, scene.mate, scene.third];
  for (const [n, client] of clients.slice(0, paid).entries()) {
    await payShareOf(app, client, nth(await groupOf(client, made.id), n));
  }
  return { ...scene, group: await groupOf(scene.guest, made.id) };
}

export function refundsOfGroup(app: TestApp, group: Group) {
  return rows<{ paymentId: string; amount: number; status: string }>(
    app,
    `SELECT payment_id AS "paymentId", refund_amount AS amount, status FROM payment_refunds
     WHERE payment_id = ANY ($1::uuid[]) ORDER BY id`,
    [group.participants.map(({ payment }) => payment.id)],
  );
}

/** What the work list says of a payment: why, and how much of its money is here. Oldest first. */
export function workOf(app: TestApp, paymentId: string) {
  return rows<{ reason: string; actual: number }>(
    app,
    'SELECT reason, actual_amount::int AS actual FROM discrepancies WHERE payment_id = $1 ORDER BY created_at, id',
    [paymentId],
  );
}
