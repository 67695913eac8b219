import { ServiceError } from '@/services/errors';
import { getSplit } from '@/services/split-calculations';
import { getTableStatus, payTableSession } from '@/services/table-sessions';
import type { PayTableSessionInput } from '@/services/table-sessions/schemas';
import type { TablePaymentView } from '@/services/table-sessions/view';
import { type Answer, created, type RestCall } from './call';
import { texts } from './fields';
import { parseMethod } from './methods';
import { minorOf, requiredMinorOf } from './money';
import { guestIds } from './shapes/guest-ids';
import { tablePaymentBody } from './shapes/table-session';

/**
 * `POST /table-sessions/:id/payment`: one payer's share, or all that is due, plus the payer's tip. v1 rounds shares in the
 * browser, so one that is up to 5 cents too large means the rest (legacy-contract section 6).
 */
export async function payTable(call: RestCall): Promise<Answer> {
  const { ctx, params, body, idempotencyKey } = call;
  const tableSessionId = params.sessionId ?? '';
  const method = parseMethod(body.paymentMethod);
  const { currency } = await getTableStatus(ctx, { tableSessionId });
  const orderIds = texts(body.includeOrders);
  const shareMinor = minorOf(body.amount, currency, 'amount');
  const input = {
    tableSessionId,
    method,
    tipMinor: minorOf(body.tipAmount, currency, 'tipAmount') ?? 0,
    idempotencyKey,
    ...(orderIds === undefined ? {} : { orderIds }),
  };
  if (await paysBySplit(call, tableSessionId)) {
    return created(await tableBody(call, await paySplitShare(call, input, shareMinor)));
  }
  const pay = (share: number | undefined) =>
    payTableSession(ctx, { ...input, ...(share === undefined ? {} : { shareMinor: share }) });
  const payment = await pay(shareMinor).catch((error: unknown) => {
    const availableMinor = shareMinor === undefined ? null : nearlyAvailable(error, shareMinor, currency);
    if (availableMinor === null) throw error;
    return pay(availableMinor);
  });
  return created(await tableBody(call, payment));
}

/** v2 says `splitDetails` when it pays a share of the stored calculation; v1 knows none (legacy-contract section 6). */
async function paysBySplit({ ctx, body }: RestCall, tableSessionId: string): Promise<boolean> {
  if (typeof body.splitDetails !== 'object' || body.splitDetails === null) return false;
  if (ctx.actor.kind !== 'guest' && ctx.actor.kind !== 'customer') return false;
  return (await getSplit(ctx, { tableSessionId })) !== null;
}

/** The stored share is charged; what the screen showed may be one cent beside it. */
async function paySplitShare(
  { ctx }: RestCall,
  { orderIds: _, ...input }: PayTableSessionInput,
  shareMinor: number | undefined,
): Promise<TablePaymentView> {
  const pay = (share: number | undefined) =>
    payTableSession(ctx, {
      ...input,
      bySplit: true,
      ...(share === undefined ? {} : { shareMinor: share }),
    });
  try {
    return await pay(shareMinor);
  } catch (error) {
    const isOther = error instanceof ServiceError && error.code === 'AMOUNT_MISMATCH';
    const storedMinor = isOther ? error.details.shareMinor : null;
    if (typeof storedMinor !== 'number' || shareMinor === undefined) throw error;
    if (Math.abs(shareMinor - storedMinor) > 1) throw error;
    return pay(storedMinor);
  }
}

export async function tableBody({ ctx }: Pick<RestCall, 'ctx'>, payment: TablePaymentView) {
  return tablePaymentBody(payment, await guestIds(ctx, [payment]));
}

/** What is available, when the share is too large by no more than a rounding; else null. */
function nearlyAvailable(error: unknown, shareMinor: number, currency: string): number | null {
  if (!(error instanceof ServiceError) || error.code !== 'AMOUNT_ABOVE_AVAILABLE') return null;
  const { availableMinor } = error.details;
  if (typeof availableMinor !== 'number') return null;
  const toleranceMinor = requiredMinorOf('0.05', currency, 'amount');
  return shareMinor - availableMinor <= toleranceMinor ? availableMinor : null;
}
