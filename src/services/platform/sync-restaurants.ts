import { lockRestaurant, readOpenBills, replaceMembers, upsertRestaurant } from '@/db/sql/platform';
import type { Tx } from '@/db/transaction';
import { businessDayOf } from '@/domain/business-day';
import { DomainError } from '@/domain/error';
import { assertCurrency } from '@/domain/money';
import type { ServiceContext } from '../context';
import { restaurantRow, type SyncRestaurantsInput, type SyncResult } from './schemas';
import { type RowOutcome, refused, syncRows } from './sync';

/**
 * Takes restaurants with their members from the platform. A change of currency is refused while anything is open
 * (decision 14). @throws ServiceError FORBIDDEN, INVALID_INPUT
 */
export async function syncRestaurants(ctx: ServiceContext, raw: SyncRestaurantsInput): Promise<SyncResult> {
  return syncRows(ctx, raw, 'restaurants', restaurantRow, async (tx, row): Promise<RowOutcome> => {
    const wrong = checkFacts(row, ctx.clock.now());
    if (wrong) return wrong;
    const currency = assertCurrency(row.currency);
    const known = await tx.maybeOne<{ currency: string; version: number }>(lockRestaurant, [row.id]);
    const isOtherCurrency = known !== null && known.version < row.version && known.currency !== currency;
    if (isOtherCurrency && (await hasOpen(tx, row.id, ctx.clock.now()))) {
      return refused(
        'CURRENCY_LOCKED',
        `Open table sessions, bills, payments or a drawer are in ${known.currency}: end them, then change the currency.`,
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

async function hasOpen(tx: Tx, restaurantId: string, now: Date): Promise<boolean> {
  return (await tx.one<{ hasOpen: boolean }>(readOpenBills, [restaurantId, now])).hasOpen;
}

function checkFacts(
  row: { currency: string; timeZone: string; closingHour: number; locale: string },
  now: Date,
): RowOutcome | null {
  try {
    assertCurrency(row.currency);
    businessDayOf(now, row.timeZone, row.closingHour);
    if (!isLocale(row.locale)) return refused('LOCALE_INVALID', 'The locale must be a tag such as de-CH.');
    return null;
  } catch (error) {
    if (error instanceof DomainError) return refused(error.code, error.message);
    throw error;
  }
}

/** Receipts are formatted by it: a bad one would fail there. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
