import type { Pool } from 'pg';
import type { BookSide, StripeSide } from './facts';

/** A break of the newest run over everything, or a case that an event has left open on the work list. */
interface Finding {
  /** Null: an event found it. */
  way: string | null;
  reason: string;
  /** The run's subject, or the fact of the event. */
  subject: string;
  paymentId: string | null;
  orderId: string | null;
  oursMinor: number | null;
  theirsMinor: number | null;
}

/**
 * The newest reconciliation over everything is finished, leaves no remainder, and finds nothing that the guests' and staff's own
 * stories do not explain. The same holds for what events have left open on the work list.
 */
export async function auditFindings(
  stripe: StripeSide,
  books: BookSide,
  pool: Pick<Pool, 'query'>,
): Promise<string[]> {
  const { rows: runs } = await pool.query<{ id: string; state: string }>(NEWEST_RUN);
  const [run] = runs;
  if (run?.state !== 'FINISHED') return [`the reconciliation over everything is ${run?.state ?? 'not made'}`];
  const { rows: remainders } = await pool.query<{ way: string; currency: string; minor: string }>(
    REMAINDERS,
    [run.id],
  );
  const { rows: findings } = await pool.query<Finding>(FINDINGS, [run.id]);
  return [
    ...remainders.map(
      ({ way, currency, minor }) => `${minor} ${currency} of ${way} are in no class of the run`,
    ),
    ...findings
      .filter((finding) => !isExplained(finding, stripe, books))
      .map(
        ({ way, reason, subject, paymentId, orderId, oursMinor, theirsMinor }) =>
          `${way ?? 'the work list'} has ${reason} of ${subject}, which nothing explains ` +
          `(payment ${paymentId}, order ${orderId}, ours ${oursMinor}, theirs ${theirsMinor})`,
      ),
  ];
}

/** Whether Stripe's side and the books say themselves that it is so, and a story makes it so. */
function isExplained(finding: Finding, stripe: StripeSide, books: BookSide): boolean {
  const story = STORIES[finding.reason];
  return story?.(finding, stripe, books) ?? false;
}

type Story = (finding: Finding, stripe: StripeSide, books: BookSide) => boolean;

/** A bill was paid again, or changed hands, while money of another payment was under way. */
const keepsTooMuch: Story = ({ orderId, paymentId }, _stripe, { orders }) =>
  orders.some(
    ({ id, grossMinor, capturedMinor, refundedMinor, parts }) =>
      (id === orderId || parts.some((part) => part.paymentId === paymentId)) &&
      capturedMinor - refundedMinor > grossMinor,
  );

/** The bank of the card takes nothing back (pm_card_refundFail), or has the money itself: Stripe refunds no disputed charge. */
const refundFailed: Story = ({ paymentId }, { refunds, disputes }, { payments }) => {
  const intentId = payments.find(({ id }) => id === paymentId)?.intentId;
  const isOfIt = (item: { payment_intent: unknown }) => item.payment_intent === intentId;
  return (
    disputes.some(isOfIt) ||
    refunds.some((made) => isOfIt(made) && (made.status === 'failed' || made.status === 'canceled'))
  );
};

/** Staff count anything when they close a drawer. */
const countedWrong: Story = ({ subject, oursMinor, theirsMinor }, _stripe, { drawers }) =>
  oursMinor !== theirsMinor &&
  drawers.some(({ id, expectedMinor }) => subject === `drawer:${id}` && expectedMinor === oursMinor);

/** A node's clock is up to 90 s wrong, until it asks the database again: the cash may have come before, or after, the drawer. */
const CLOCK_MS = 160_000;
const besideDrawer: Story = ({ paymentId }, _stripe, { payments, drawers }) => {
  const payment = payments.find(({ id }) => id === paymentId);
  const isNear = (at: Date | null) =>
    at !== null &&
    payment?.completedAt != null &&
    Math.abs(at.getTime() - payment.completedAt.getTime()) < CLOCK_MS;
  return drawers.some(
    (one) => one.restaurantId === payment?.restaurantId && (isNear(one.openedAt) || isNear(one.closedAt)),
  );
};

/** What reasons the stories of the storm lead to, and when. Every other one is a breach. */
const STORIES: Readonly<Record<string, Story>> = {
  OVER_COLLECTED: keepsTooMuch,
  SPLIT_REFUND_FAILED: refundFailed,
  REFUND_FAILED: refundFailed,
  DRAWER_SHORT: countedWrong,
  DRAWER_OVER: countedWrong,
  CASH_OUTSIDE_DRAWER: besideDrawer,
};

const NEWEST_RUN = `SELECT id, state FROM reconciliation_runs WHERE scope = 'ALL' ORDER BY created_at DESC, id DESC LIMIT 1`;

const REMAINDERS = `
  SELECT t ->> 'way' AS way, t ->> 'currency' AS currency, t ->> 'remainderMinor' AS minor
  FROM reconciliation_runs r CROSS JOIN LATERAL jsonb_array_elements(r.totals) t
  WHERE r.id = $1 AND (t ->> 'remainderMinor')::bigint <> 0`;

const FINDINGS = `
  SELECT way, reason, subject, payment_id AS "paymentId", order_id AS "orderId", ours_amount::int AS "oursMinor",
    theirs_amount::int AS "theirsMinor"
  FROM reconciliation_items WHERE run_id = $1 AND class <> 'EXPECTED'
  UNION ALL
  SELECT NULL, reason, fact_key, payment_id, order_id, expected_amount::int, actual_amount::int
  FROM discrepancies d WHERE state = 'OPEN'
    AND NOT EXISTS (SELECT 1 FROM reconciliation_items i WHERE i.run_id = $1 AND i.discrepancy_id = d.id)
  ORDER BY 1, 2, 3`;
