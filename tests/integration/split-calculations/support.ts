import type { LiveEvent } from '@/services/live/events';
import { type Client, newKey, payWithCard, type TestApp, waitForStatus } from '../../support/app';
import { rows, type Scene } from '../payments/support';
import { tableOfTen } from '../table-sessions/support';

type SetInput = Omit<
  Parameters<Client['splitCalculations']['set']['mutate']>[0],
  'tableSessionId' | 'idempotencyKey'
>;
type ChangeInput = Omit<
  Parameters<Client['splitCalculations']['changeOwn']['mutate']>[0],
  'tableSessionId' | 'idempotencyKey'
>;

export interface SplitScene extends Scene {
  secondOrderId: string;
  third: Client;
  /** Guests in the order of their shares. */
  payers: readonly [Client, Client, Client];
  /** Their public ids. */
  ids: readonly [string, string, string];
  on: { tableSessionId: string };
}

/** A table whose bill is 10.00, with the three guests who share it, host first. */
export async function splitTable(app: TestApp): Promise<SplitScene> {
  const scene = await tableOfTen(app);
  const on = { tableSessionId: scene.session.sessionId };
  const { users } = await scene.guest.tableSessions.users.query(on);
  const [a = '', b = '', c = ''] = users.map((user) => user.publicId);
  return { ...scene, on, payers: [scene.guest, scene.mate, scene.third], ids: [a, b, c] };
}

export function setSplit(client: Client, { on }: Pick<SplitScene, 'on'>, input: SetInput) {
  return client.splitCalculations.set.mutate({ ...on, ...input, idempotencyKey: newKey() });
}

export function changeOwn(client: Client, { on }: Pick<SplitScene, 'on'>, input: ChangeInput) {
  return client.splitCalculations.changeOwn.mutate({ ...on, ...input, idempotencyKey: newKey() });
}

export async function getSplit(client: Client, { on }: Pick<SplitScene, 'on'>) {
  const split = await client.splitCalculations.get.query(on);
  if (split === null) throw new Error('the bill is not split');
  return split;
}

/** Starts paying the caller's share. */
export function payShare(
  client: Client,
  { on }: Pick<SplitScene, 'on'>,
  more: { shareMinor?: number; tipMinor?: number; method?: 'CARD' | 'CASH'; idempotencyKey?: string } = {},
) {
  return client.tableSessions.pay.mutate({ ...on, bySplit: true, idempotencyKey: newKey(), ...more });
}

/** Pays the caller's share by card to the end. */
export async function paid(app: TestApp, client: Client, scene: Pick<SplitScene, 'on'>) {
  const payment = await payShare(client, scene);
  await payWithCard(app, payment);
  return waitForStatus(client, payment.id, 'COMPLETED');
}

export const sharesOf = (split: { shares: { shareMinor: number }[] }) =>
  split.shares.map((share) => share.shareMinor);

/** The live events of a table's split, in their order. */
export async function splitEvents(
  app: TestApp,
  { on }: Pick<SplitScene, 'on'>,
): Promise<Extract<LiveEvent, { calculation: object }>[]> {
  const found = await rows<{ payload: Extract<LiveEvent, { calculation: object }> }>(
    app,
    `SELECT payload FROM outbox_events WHERE table_session_id = $1 AND type LIKE 'split:%' ORDER BY position`,
    [on.tableSessionId],
  );
  return found.map((row) => row.payload);
}
