import { createHash } from 'node:crypto';
import { severityOf } from '@/domain/reconciliation/severity';
import type { ItemClass, Severity, Way } from '@/domain/reconciliation/verdict';
import type { SubjectRow } from './checks';

/** A subject that did not match, as src/db/sql/reconciliation.ts stores it. */
export interface Item {
  way: Way;
  class: ItemClass;
  reason: string;
  severity: Severity;
  subject: string;
  day: string;
  restaurantId: string | null;
  paymentId: string | null;
  orderId: string | null;
  currency: string;
  oursMinor: number | null;
  theirsMinor: number | null;
  /** The facts of the judgement that have no column; ids and amounts only. */
  facts: Record<string, unknown>;
  fingerprint: string;
}

const DAY_SEC = 86_400;

/** The item of a judged row. Its fingerprint depends on its facts and its reason, not on its age. */
export function itemOf(
  way: Way,
  verdict: { class: ItemClass; reason: string },
  row: SubjectRow & { k1?: unknown; k2?: unknown; isMatched?: unknown },
): Item {
  const {
    k1: _k1,
    k2: _k2,
    isMatched: _m,
    subject,
    day,
    restaurantId,
    paymentId,
    orderId,
    ageSec,
    ...rest
  } = row;
  const { oursMinor, theirsMinor, currency, ...facts } = rest;
  // An amount of theirs in another currency goes to the facts: the column has the currency of ours.
  const isComparable = facts.theirsCurrency === null || facts.theirsCurrency === currency;
  return {
    way,
    ...verdict,
    severity: severity(verdict.class, row),
    subject,
    day,
    restaurantId,
    paymentId,
    orderId,
    currency,
    oursMinor,
    theirsMinor: isComparable ? theirsMinor : null,
    facts: isComparable ? facts : { ...facts, theirsMinor },
    fingerprint: createHash('sha256')
      .update(
        JSON.stringify([verdict.reason, oursMinor, theirsMinor, currency, Object.entries(facts).sort()]),
      )
      .digest('hex'),
  };
}

function severity(itemClass: ItemClass, row: SubjectRow): Severity {
  if (itemClass === 'EXPECTED') return 'LOW';
  return severityOf({
    amountMinor: wrongMinor(row),
    currency: row.currency,
    ageDays: Math.floor(row.ageSec / DAY_SEC),
  });
}

/** The money in question: the difference, or the whole amount where only a status is wrong. */
function wrongMinor({ oursMinor, theirsMinor, currency, theirsCurrency }: SubjectRow): number {
  const isComparable = theirsCurrency === null || theirsCurrency === currency;
  const difference = isComparable ? (theirsMinor ?? 0) - (oursMinor ?? 0) : 0;
  return difference === 0 ? Math.max(Math.abs(oursMinor ?? 0), Math.abs(theirsMinor ?? 0)) : difference;
}
