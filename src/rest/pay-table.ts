import { ServiceError } from '@/services/errors';
import { getTableStatus, payTableSession } from '@/services/table-sessions';
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
  const pay = (share: number | undefined) =>
    payTableSession(ctx, { ...input, ...(share === undefined ? {} : { shareMinor: share }) });
  const payment = await pay(shareMinor).catch((error: unknown) => {
    const availableMinor = shareMinor === undefined ? null : nearlyAvailable(error, shareMinor, currency);
    if (availableMinor === null) throw error;
    return pay(availableMinor);
  });
  return created(await tableBody(call, payment));
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
