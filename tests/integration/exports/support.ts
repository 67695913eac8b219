import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { TokenRole } from '@/services/identity/token';
import { newKey, payWithCard, type TestApp, waitForStatus } from '../../support/app';
import { pay, type RestaurantOptions, type Scene, setScene } from '../payments/support';

export interface Download {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
  text: string;
  /** Of a CSV: rows by header. */
  rows: Record<string, string>[];
}

/** Headers of a signed-in caller. */
export async function bearer(
  app: TestApp,
  role: TokenRole,
  subject: string,
): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await app.token(role, subject)}` };
}

export async function download(url: string, headers: Record<string, string> = {}): Promise<Download> {
  const response = await fetch(url, { headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const isCsv = response.headers.get('content-type')?.startsWith('text/csv') ?? false;
  const rows = isCsv ? parse(text, { columns: true, bom: true, record_delimiter: '\r\n' }) : [];
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    text,
    rows: rows as Record<string, string>[],
  };
}

/** A restaurant with a card payment of 27.00 that was partly refunded, one in cash, and one still open. */
export async function businessOf(
  app: TestApp,
  restaurant: RestaurantOptions = {},
): Promise<Scene & { paymentId: string }> {
  const scene = await setScene(app, {}, restaurant);
  const payment = await pay(scene.guest, scene.orderId);
  await payWithCard(app, payment);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  await scene.staff.refunds.create.mutate({
    paymentId: payment.id,
    amountMinor: 100,
    reason: '=HYPERLINK("x")',
    reduceBill: true,
    idempotencyKey: newKey(),
  });
  return { ...scene, paymentId: payment.id };
}

/** Movements at the processor, planted: one per amount, all of the same second. */
export async function plantMovements(
  app: TestApp,
  restaurantId: string,
  paymentId: string,
  {
    at,
    amounts,
    currency = 'USD',
    payoutId = null,
  }: { at: Date; amounts: readonly number[]; currency?: string; payoutId?: string | null },
): Promise<void> {
  const prefix = `txn_${randomUUID().slice(0, 8)}`;
  await app.database.pool.query(
    `INSERT INTO processor_transactions (id, type, reporting_category, source_id, gross_amount, fee_amount, net_amount, currency,
       available_on, occurred_at, payout_id, payment_id, restaurant_id, posted_at)
     SELECT $1 || '_' || lpad(n::text, 6, '0'), 'charge', CASE WHEN a < 0 THEN 'refund' ELSE 'charge' END, 'ch_' || n, a, 3, a - 3, $2,
       $3::timestamptz + interval '2 days', $3, $4, $5, $6, now()
     FROM unnest($7::bigint[]) WITH ORDINALITY AS l (a, n)`,
    [prefix, currency, at, payoutId, paymentId, restaurantId, amounts],
  );
}
