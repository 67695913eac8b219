import type { Sql } from '@/db/sql';
import { insertAudit } from '@/db/sql/audit';
import { newId } from '../ids';

/** One line of the audit about a sign-in to the admin pages. Ids only, so that it outlives the person's data (decision 23). */
export async function noteLogin(sql: Sql, fact: string, personId: string | null): Promise<void> {
  const subject = personId ?? 'unknown';
  await sql.query(insertAudit, [
    newId(),
    `login:${subject}`,
    fact,
    'login_person',
    subject,
    null,
    null,
    null,
  ]);
}
