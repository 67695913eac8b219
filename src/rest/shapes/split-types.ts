import type { ServiceContext } from '@/services/context';
import type { PaymentView } from '@/services/payments/view';
import { readSplitTypes } from '@/services/split-calculations';

/** How the bill is divided that a payment is a share of; undefined: it is no share. */
export type SplitTypeOf = (payment: PaymentView) => string | undefined;

/** v2 R says it above each group of shares. A fixed group has its parts by amount. */
export async function splitTypes(
  ctx: ServiceContext,
  payments: readonly PaymentView[],
): Promise<SplitTypeOf> {
  const ids = new Set(payments.flatMap((payment) => payment.splitCalculationId ?? []));
  const types = await readSplitTypes(ctx, [...ids]);
  return ({ splitCalculationId, splitGroupId }) => {
    if (splitCalculationId !== null) return types.get(splitCalculationId);
    return splitGroupId === null ? undefined : 'BY_AMOUNT';
  };
}
