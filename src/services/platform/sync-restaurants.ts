import { lockRestaurant, replaceMembers, upsertRestaurant } from '@/db/sql/platform';
import { businessDayOf } from '@/domain/business-day';
import { DomainError } from '@/domain/error';
import { assertCurrency } from '@/domain/money';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type SyncRestaurantsInput, type SyncResult, syncRestaurantsInput } from './schemas';
import { type RowOutcome, refused, syncRows } from './sync';

/**
 * Takes restaurants with their members from the platform. A change of currency is refused while anything is open
 * (decision 14). @throws ServiceError FORBIDDEN, INVALID_INPUT
 */
export async function syncRestaurants(ctx: ServiceContext, raw: SyncRestaurantsInput): Promise<SyncResult> {
  const { restaurants } = parseInput(syncRestaurantsInput, raw);
  return syncRows(ctx, restaurants, async (tx, row): Promise<RowOutcome> => {
    const wrong = checkFacts(row, ctx.clock.now());
    if (wrong) return wrong;
    const currency = assertCurrency(row.currency);
    const known = await tx.maybeOne<{ currency: string; version: number; hasOpen: boolean }>(lockRestaurant, [
      row.id,
    ]);
    if (known && known.version < row.version && known.currency !== currency && known.hasOpen) {
      return refused(
        'CURRENCY_LOCKED',
        `Open bills or payments are in ${known.currency}: settle them, then change the currency.`,
      );
    }
    const applied = await tx.maybeOne(upsertRestaurant, [
      row.id,
      row.name,
      currency,
      row.timeZone,
      row.closingHour,
      row.locale,
      row.address,
      row.maxPaymentMinor,
      row.version,
    ]);
    if (applied === null) return { outcome: 'STALE' };
    await tx.query(replaceMembers, [
      row.id,
      row.members.map((m) => m.userId),
      row.members.map((m) => m.role),
      row.members.map((m) => m.email),
      row.members.map((m) => m.name),
    ]);
    return { outcome: 'APPLIED' };
  });
}

function checkFacts(
  row: { currency: string; timeZone: string; closingHour: number },
  now: Date,
): RowOutcome | null {
  try {
    assertCurrency(row.currency);
    businessDayOf(now, row.timeZone, row.closingHour);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return refused(error.code, error.message);
    throw error;
  }
}
