import { CALL_LEASE } from './call-lease';

/** Stores a change of tip before the processor is told. $2: the new tip; answers its sequence number. */
export const startTipChange = {
  name: 'start-tip-change',
  text: `UPDATE payments SET pending_tip_amount = $2, change_sequence = change_sequence + 1, change_started_at = now()
         WHERE id = $1 RETURNING change_sequence AS "sequence"`,
};

/** A change of tip or share under way. `isRunning`: its call may still be going on. $1: payment id. */
export const readTipChange = {
  name: 'read-tip-change',
  text: `SELECT change_sequence AS "sequence", change_started_at > now() - ${CALL_LEASE} AS "isRunning"
         FROM payments WHERE id = $1 AND (pending_tip_amount IS NOT NULL OR pending_share IS NOT NULL)`,
};
