import { PAYMENT_STATUSES, type PaymentStatus } from '@/domain/payment/status';
import type { ServiceContext } from '@/services/context';
import { wireMethod } from '@/services/legacy/wire-method';
import { listPayments } from '@/services/payments';
import type { ListedPayment, PaymentView } from '@/services/payments/view';
import { type MethodFilter, parseMethodFilter } from './methods';
import { countOf, dateOf, valuesOf } from './query';

/** A exports whole months at once; R sums the rows that it gets. */
const ADMIN_MAX_ROWS = 10_000;
const MAX_ROWS = 1_000;
const PAGE_SIZE = 200;
/** No screen pages this deep. tRPC's cursors reach everything. */
const DEEPEST_ROW = 50_000;

/**
 * The payments that a legacy list asks for, newest first. Screens add up and filter what they get. So wide limits are
 * honoured, larger ones are cut, and no limit means R's largest. Unknown statuses and methods match nothing
 * (legacy-contract 1.5).
 */
export async function legacyList(
  ctx: ServiceContext,
  query: URLSearchParams,
  restaurantId: string | undefined,
): Promise<ListedPayment[]> {
  const maxLimit = ctx.actor.kind === 'admin' ? ADMIN_MAX_ROWS : MAX_ROWS;
  const status = statusesOf(query);
  const methods = methodsOf(query);
  if (status?.length === 0 || methods?.length === 0) return [];
  const limit = Math.min(countOf(query.get('limit')) ?? MAX_ROWS, maxLimit);
  const skip = ((countOf(query.get('page')) ?? 1) - 1) * limit;
  if (skip + limit > DEEPEST_ROW) return [];
  const filter = {
    ...(restaurantId === undefined ? {} : { restaurantId }),
    ...(status === null ? {} : { status }),
    ...(methods === null ? {} : { method: [...new Set(methods.map((method) => method.stored))] }),
    ...dateOf(query, 'dateFrom', 'createdFrom'),
    ...dateOf(query, 'dateTo', 'createdTo'),
  };
  const found: ListedPayment[] = [];
  let cursor: string | undefined;
  do {
    const page = await listPayments(ctx, { ...filter, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) });
    found.push(...page.items.filter((payment) => methods === null || methods.some((m) => fits(payment, m))));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < skip + limit);
  return found.slice(skip, skip + limit);
}

/** Null: no filter. */
function statusesOf(query: URLSearchParams): PaymentStatus[] | null {
  const wanted = valuesOf(query, ['status']);
  if (wanted.length === 0) return null;
  return PAYMENT_STATUSES.filter((status) => wanted.includes(status));
}

function methodsOf(query: URLSearchParams): MethodFilter[] | null {
  const wanted = valuesOf(query, ['method', 'paymentMethod']);
  if (wanted.length === 0) return null;
  return wanted.map(parseMethodFilter).filter((method) => method !== null);
}

function fits(payment: PaymentView, { stored, wire }: MethodFilter): boolean {
  if (payment.method !== stored) return false;
  return wire === null || wireMethod(payment.method, payment.cardFunding) === wire;
}
