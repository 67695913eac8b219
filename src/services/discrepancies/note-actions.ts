import { list } from '@/db/json-list';
import { insertActions, insertAudits } from '@/db/sql/reconciliation-discrepancies';
import type { Tx } from '@/db/transaction';
import { newId } from '../ids';

/** What was done about a discrepancy. `details` holds ids and codes only (decision 23). */
export interface ActionTaken {
  action: 'ASSIGNED' | 'NOTED' | 'LINKED' | 'ACCEPTED' | 'CORRECTED' | 'REOPENED' | 'CAME_BACK' | 'VANISHED';
  details?: Readonly<Record<string, string | number | null | undefined>>;
}

/**
 * Writes one action to the histories of discrepancies and to the audit log, in the transaction that did it.
 * @param by.reason a person's words; none where a program acted
 */
export async function noteActions(
  tx: Tx,
  rows: readonly { id: string; restaurantId: string | null }[],
  { action, details }: ActionTaken,
  by: { actor: string; reason?: string; requestId?: string },
): Promise<void> {
  if (rows.length === 0) return;
  const actions = rows.map((row) => ({ ...row, actionId: newId() }));
  await tx.query(insertActions, [
    list(
      ...actions.map((one) => ({
        id: one.actionId,
        discrepancy_id: one.id,
        action,
        actor: by.actor,
        reason: by.reason,
        details,
      })),
    ),
  ]);
  await tx.query(insertAudits, [
    list(
      ...actions.map((one) => ({
        id: newId(),
        actor: by.actor,
        action: `discrepancy.${action.toLowerCase()}`,
        subject_id: one.id,
        restaurant_id: one.restaurantId,
        details: { ...details, actionId: one.actionId },
        request_id: by.requestId,
      })),
    ),
  ]);
}
