import { ServiceError } from '@/services/errors';
import { getSplit } from '@/services/split-calculations';
import { getTableStatus, payTableSession } from '@/services/table-sessions';
import type { PayTableSessionInput } from '@/services/table-sessions/schemas';
import type { TablePaymentView } from '@/services/table-sessions/view';
import { type Answer, created, type RestCall } from './call';
import { texts } from './fields';
import { keepMeaning, knownMeaning } from './meaning';
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
  const meaning = (await knownMeaning<Meaning>(call)) ?? {
    bySplit: await paysBySplit(call, tableSessionId),
    shareMinor: shareMinor ?? null,
  };
  const payment = await pay(ctx, input, meaning).catch(async (error: unknown) => {
    const meantMinor =
      meaning.shareMinor === null ? null : nearShare(error, meaning.shareMinor, meaning.bySplit, currency);
    if (meantMinor === null) throw error;
    return pay(ctx, input, await keepMeaning(call, { ...meaning, shareMinor: meantMinor }));
  });
  await keepMeaning(call, meaning);
  return created(await tableBody(call, payment));
}

/** `shareMinor` null: all that is due, or the stored share. */
type Meaning = { bySplit: boolean; shareMinor: number | null };

function pay(
  ctx: RestCall['ctx'],
  { orderIds, ...input }: PayTableSessionInput,
  { bySplit, shareMinor }: Meaning,
): Promise<TablePaymentView> {
  return payTableSession(ctx, {
    ...input,
    ...(bySplit ? { bySplit } : orderIds === undefined ? {} : { orderIds }),
    ...(shareMinor === null ? {} : { shareMinor }),
  });
}

/** v2 says `splitDetails` when it pays a share of the stored calculation; v1 knows none (legacy-contract section 6). */
async function paysBySplit({ ctx, body }: RestCall, tableSessionId: string): Promise<boolean> {
  if (typeof body.splitDetails !== 'object' || body.splitDetails === null) return false;
  if (ctx.actor.kind !== 'guest' && ctx.actor.kind !== 'customer') return false;
  return (await getSplit(ctx, { tableSessionId })) !== null;
}

/** The share that was meant when the one that was sent is too large by no more than a rounding; else null. */
function nearShare(error: unknown, sentMinor: number, bySplit: boolean, currency: string): number | null {
  return bySplit ? nearlyStored(error, sentMinor) : nearlyAvailable(error, sentMinor, currency);
}

/** The stored share is charged; what the screen showed may be one cent beside it. */
function nearlyStored(error: unknown, sentMinor: number): number | null {
  if (!(error instanceof ServiceError) || error.code !== 'AMOUNT_MISMATCH') return null;
  const { shareMinor } = error.details;
  return typeof shareMinor === 'number' && Math.abs(sentMinor - shareMinor) <= 1 ? shareMinor : null;
}

export async function tableBody({ ctx }: Pick<RestCall, 'ctx'>, payment: TablePaymentView) {
  return tablePaymentBody(payment, await guestIds(ctx, [payment]));
}

/** What is available, when the share is too large by no more than a rounding. */
function nearlyAvailable(error: unknown, shareMinor: number, currency: string): number | null {
  if (!(error instanceof ServiceError) || error.code !== 'AMOUNT_ABOVE_AVAILABLE') return null;
  const { availableMinor } = error.details;
  if (typeof availableMinor !== 'number') return null;
  const toleranceMinor = requiredMinorOf('0.05', currency, 'amount');
  return shareMinor - availableMinor <= toleranceMinor ? availableMinor : null;
}
