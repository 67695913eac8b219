import { list } from '@/db/json-list';
import type { Statement } from '@/db/sql';
import {
  closeSettled,
  closeVanished,
  keepBreaks,
  linkItems,
  readBreaks,
  reopenChanged,
} from '@/db/sql/reconciliation-discrepancies';
import type { Tx } from '@/db/transaction';
import { contractTypeOf } from '@/domain/reconciliation/verdict';
import { wordsOf } from '@/domain/reconciliation/words';
import { noteActions } from '../discrepancies/note-actions';
import { newId } from '../ids';
import type { RunDeps } from './comparison';
import type { Item } from './item';
import type { BreakClass } from './totals';

// Well below 200 ms (decision 28).
const BATCH = 500;

type BreakRow = Omit<Item, 'class'> & { class: BreakClass; number: number; knownId: string | null };
type Kept = {
  id: string;
  factKey: string;
  state: string;
  restaurantId: string | null;
  isNew: boolean;
  comesBack: boolean;
};
type Touched = { id: string; restaurantId: string | null };
type Run = {
  id: string;
  scope: string;
  restaurantId: string | null;
  fromDay: string;
  toDay: string;
};

/** The actor of runs in the audit log and in the histories of discrepancies. */
export const RUN_ACTOR = 'system:reconciliation';
const BY_RUN = { actor: RUN_ACTOR };

/**
 * Updates the discrepancies by what a run found, in batches. New breaks are opened, resolved ones are reopened only
 * when their facts changed, and those that the run no longer found are closed.
 * @returns how many are new or reopened
 */
export async function updateDiscrepancies(deps: RunDeps, run: Run): Promise<number> {
  let newCount = 0;
  let after = 0;
  for (;;) {
    const breaks = await deps.db.query<BreakRow>(readBreaks, [run.id, after, BATCH]);
    if (breaks.length > 0) newCount += await deps.db.transaction((tx) => keepBatch(tx, run.id, breaks));
    after = breaks.at(-1)?.number ?? after;
    if (breaks.length < BATCH) break;
  }
  const now = deps.clock.now();
  const scope = [run.id, run.restaurantId, run.scope];
  await closeAll(deps, run.id, closeVanished, [...scope, run.fromDay, run.toDay, RUN_ACTOR, now]);
  await closeAll(deps, run.id, closeSettled, [...scope, RUN_ACTOR, now]);
  return newCount;
}

async function keepBatch(tx: Tx, runId: string, breaks: readonly BreakRow[]): Promise<number> {
  const own = breaks.filter((found) => found.knownId === null);
  const kept = own.length === 0 ? [] : await tx.query<Kept>(keepBreaks, [runId, list(...own.map(rowOf))]);
  const byKey = new Map(kept.map((row) => [row.factKey, row.id]));
  const idOf = (found: BreakRow) => found.knownId ?? byKey.get(factKeyOf(found)) ?? null;
  await tx.query(linkItems, [runId, breaks.map((found) => found.number), breaks.map(idOf)]);
  const known = breaks.flatMap(({ knownId }) => knownId ?? []);
  const reopened = known.length === 0 ? [] : await tx.query<Touched>(reopenChanged, [runId, known]);
  const back = [...kept.filter((row) => row.comesBack), ...reopened];
  await noteActions(tx, back, { action: 'CAME_BACK', details: { runId } }, BY_RUN);
  return kept.filter((row) => row.isNew).length + back.length;
}

/** Closes by the statement, in batches, until none is left. */
async function closeAll(
  deps: RunDeps,
  runId: string,
  statement: Statement,
  values: readonly unknown[],
): Promise<void> {
  for (;;) {
    const count = await deps.db.transaction(async (tx) => {
      const closed = await tx.query<Touched>(statement, [...values, BATCH]);
      await noteActions(tx, closed, { action: 'VANISHED', details: { runId } }, BY_RUN);
      return closed.length;
    });
    if (count < BATCH) return;
  }
}

/** The same in each run, so that a subject has one discrepancy. */
function factKeyOf(found: Pick<Item, 'way' | 'subject'>): string {
  return `recon:${found.way}:${found.subject}`;
}

function rowOf(found: BreakRow) {
  const [expected, actual] = amountsOf(found);
  return {
    id: newId(),
    fact_key: factKeyOf(found),
    way: found.way,
    day: found.day,
    subject: found.subject,
    facts: found.facts,
    fingerprint: found.fingerprint,
    restaurant_id: found.restaurantId,
    type: contractTypeOf(found.class),
    reason: found.reason,
    severity: found.severity,
    payment_id: found.paymentId,
    order_id: found.orderId,
    currency: found.currency,
    expected_amount: expected,
    actual_amount: actual,
    description: wordsOf(found.reason),
  };
}

/** Our amount and theirs; for a FEE break the two fees. */
function amountsOf(found: BreakRow): [number | null, number | null] {
  if (found.class !== 'FEE') return [found.oursMinor, found.theirsMinor];
  const fee = (name: string) => (typeof found.facts[name] === 'number' ? found.facts[name] : null);
  return [fee('feeMinor'), fee('theirFeeMinor')];
}
