import type { TestApp } from '../../support/app';
import { rows } from '../payments/support';

/** Every table that still holds the text anywhere, in any column. */
export async function tablesWith(app: TestApp, text: string): Promise<string[]> {
  const tables = await rows<{ name: string }>(
    app,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const hits = await rows(app, `SELECT 1 FROM "${name}" t WHERE position($1 in t::text) > 0 LIMIT 1`, [
      text,
    ]);
    if (hits.length > 0) found.push(name);
  }
  return found;
}

/** The card's own events come beside the payment's, the one with its fee later. */
export async function allEventsCame(app: TestApp): Promise<void> {
  app.simulator.control.runScheduled();
  await app.simulator.control.waitForDeliveries();
}

/** What Stripe tells about a cardholder: planted, as the simulator's people have no names. */
export async function plantPayloads(
  app: TestApp,
  objectId: string,
  words: { name: string; email: string },
): Promise<number> {
  const { rowCount } = await app.database.pool.query(
    `UPDATE webhook_payloads p SET payload = jsonb_set(p.payload, '{data,object,billing_details}', $2::jsonb)
     FROM webhook_events e WHERE e.event_id = p.event_id AND e.object_id = $1`,
    [objectId, JSON.stringify({ ...words, address: { line1: words.name } })],
  );
  return rowCount ?? 0;
}

/** By which id the others may see a guest. */
export async function publicIdOf(app: TestApp, guestSessionId: string): Promise<string> {
  const [found] = await rows<{ id: string }>(
    app,
    'SELECT public_id AS id FROM guest_sessions WHERE id = $1',
    [guestSessionId],
  );
  return found?.id ?? '';
}
