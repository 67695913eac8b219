import { findCashOfOrder } from '@/db/sql/cash';
import { payerKey } from '../actor';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { parseInput } from '../parse';
import { getPayment } from '../payments';
import type { PaymentView } from '../payments/view';
import { type RecordCashInput, recordCashInput } from './schemas';
import { checkTender, type Tender } from './tender';

const RECENT_MS = 5 * 60_000;

/**
 * The cash of an order that this caller recorded within the last five minutes, as the answer to the repeat of that request by a
 * client without keys. Only where every figure that is given fits it; null: there is none.
 * @throws ServiceError INVALID_INPUT, NOT_VISIBLE
 */
export async function findRecordedCash(
  ctx: ServiceContext,
  raw: RecordCashInput,
): Promise<PaymentView | null> {
  const input = parseInput(recordCashInput, raw);
  const since = new Date(ctx.clock.now().getTime() - RECENT_MS);
  const found = await ctx.db.maybeOne<{ id: string; billMinor: number; totalMinor: number }>(
    findCashOfOrder,
    [payerKey(ctx.actor), input.orderId, since],
  );
  if (!found) return null;
  const { billMinor = found.billMinor, tipMinor } = input;
  const isSame = billMinor === found.billMinor && billMinor + tipMinor === found.totalMinor;
  return isSame && fits(input, found.totalMinor) ? getPayment(ctx, { paymentId: found.id }) : null;
}

function fits(tender: Tender, totalMinor: number): boolean {
  try {
    checkTender(tender, totalMinor);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
