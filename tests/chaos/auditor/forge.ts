import type { SimulatorState } from '@/stripe/simulator/control/types';
import type { RecoveryStage } from '../../integration/recovery/support';
import type { audit } from './audit';

/** The findings of an audit while the forgery of the SQL, or of Stripe's side, is in place. It is rolled back afterwards. */
export async function findForged(
  { app }: Pick<RecoveryStage, 'app'>,
  check: typeof audit,
  { sql, stripe = (state) => state }: { sql?: string; stripe?: (state: SimulatorState) => SimulatorState },
): Promise<string> {
  const client = await app.database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    if (sql !== undefined) await client.query(sql);
    return (await check(stripe(app.simulator.control.state()), client)).join('\n');
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
