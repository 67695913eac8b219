import type { ZCurrency } from '@/domain/z-figures';
import type { DrawerView } from './view';

/** A drawer as the report keeps it: amounts and times, no names and no reasons (decision 23). */
export type ZDrawer = Omit<
  DrawerView,
  'restaurantId' | 'businessDay' | 'movements' | 'openedBy' | 'closedBy'
>;

export interface ZFigures {
  currencies: ZCurrency[];
  /** The day's receipt numbers; null: there was none. */
  receipts: { count: number; first: string | null; last: string | null };
  drawers: ZDrawer[];
}

/** A business day's figures as reported. Numbers rise by one per restaurant; `replacesNumber`: an earlier one of this day. */
export interface ZReportView extends ZFigures {
  restaurantId: string;
  number: number;
  businessDay: string;
  replacesNumber: number | null;
  madeBy: string;
  madeAt: string;
}

/** As src/db/sql/z-reports.ts answers it. */
export type ZReportRow = {
  number: number;
  businessDay: string;
  replacesNumber: number | null;
  figures: ZFigures;
  madeBy: string;
  madeAt: Date;
};

export function toZReportView(restaurantId: string, { figures, madeAt, ...row }: ZReportRow): ZReportView {
  return { restaurantId, ...row, ...figures, madeAt: madeAt.toISOString() };
}
