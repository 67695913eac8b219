import type { Pool } from 'pg';

/** Minor units. Tables are filled at the end, so that a plant may change what a sound chain has put in. */
export type Row = Record<string, unknown>;

/** Writes every table's rows, those that others refer to first. */
export async function insertTables(pool: Pool, tables: ReadonlyMap<string, readonly Row[]>): Promise<void> {
  for (const table of ORDER) {
    const rows = tables.get(table) ?? [];
    const [first] = rows;
    if (!first) continue;
    const columns = Object.keys(first).join(', ');
    await pool.query(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`,
      [JSON.stringify(rows)],
    );
  }
}

const ORDER = [
  'restaurants',
  'tables',
  'table_sessions',
  'orders',
  'order_payment_states',
  'payments',
  'payment_allocations',
  'payment_refunds',
  'disputes',
  'payouts',
  'payout_shares',
  'processor_transactions',
  'ledger_transactions',
  'ledger_postings',
  'bank_imports',
  'bank_lines',
  'drawer_sessions',
  'drawer_movements',
  'z_reports',
  'discrepancies',
];
