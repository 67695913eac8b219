import { metricRows } from './metrics';
import { orderRows } from './orders';
import type { RowDocs } from './parts';
import { paymentRows } from './payments';
import { splitRows } from './splits';
import { staffSessionRows } from './staff-sessions';
import { tableSessionRows } from './table-sessions';

/** What the document says of each row of the table; a test fails for a row without it. */
export const rowDocs: RowDocs = {
  ...paymentRows,
  ...orderRows,
  ...metricRows,
  ...tableSessionRows,
  ...staffSessionRows,
  ...splitRows,
};
