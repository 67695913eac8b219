import type { Sql } from '@/db/sql';
import { readDrawer, readOpenDrawer } from '@/db/sql/drawers';

/**
 * A drawer from its float to its count. Minor units, all but the difference >= 0 or, expected, whatever moved:
 * expected = float + cash payments + pay-ins - cash refunds - pay-outs; difference = counted - expected, over when positive.
 * Times ISO 8601 UTC; `openedBy`, `closedBy`, `movedBy` as the audit names people.
 */
export interface DrawerView {
  id: string;
  restaurantId: string;
  currency: string;
  /** On which it was opened. */
  businessDay: string;
  status: 'OPEN' | 'CLOSED';
  floatMinor: number;
  cashPaymentsMinor: number;
  cashRefundsMinor: number;
  payInsMinor: number;
  payOutsMinor: number;
  expectedMinor: number;
  countedMinor: number | null;
  differenceMinor: number | null;
  openedAt: string;
  openedBy: string;
  closedAt: string | null;
  closedBy: string | null;
  /** Cash put in and taken out beside payments, oldest first. */
  movements: {
    id: string;
    kind: 'PAY_IN' | 'PAY_OUT';
    amountMinor: number;
    reason: string;
    movedBy: string;
    movedAt: string;
  }[];
}

export type DrawerRow = Omit<DrawerView, 'openedAt' | 'closedAt'> & { openedAt: Date; closedAt: Date | null };

export function toDrawerView(row: DrawerRow): DrawerView {
  return {
    ...row,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    movements: row.movements.map((m) => ({ ...m, movedAt: new Date(m.movedAt).toISOString() })),
  };
}

/** A drawer that is there, for a caller who was authorised already. */
export async function readDrawerView(sql: Sql, drawerId: string): Promise<DrawerView> {
  return toDrawerView(await sql.one<DrawerRow>(readDrawer, [drawerId]));
}

/** The restaurant's open drawer, if there is one. */
export async function readOpenDrawerView(sql: Sql, restaurantId: string): Promise<DrawerView | null> {
  const row = await sql.maybeOne<DrawerRow>(readOpenDrawer, [restaurantId]);
  return row === null ? null : toDrawerView(row);
}
