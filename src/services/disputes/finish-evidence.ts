import { handBackEvidence, takeUnfinishedEvidence } from '@/db/sql/disputes';
import type { Deps } from '../context';
import { inTurn } from '../recovery/in-turn';
import { systemContext } from '../system-context';
import { repairEvidence } from './send-evidence';

/** Ends submissions of evidence whose call ended unknown or was abandoned. @returns how many were taken */
export async function finishEvidence(
  deps: Deps,
  { afterSec, limit = 20, signal }: { afterSec: number; limit?: number; signal?: AbortSignal },
): Promise<number> {
  const ctx = systemContext(deps, 'evidence');
  const taken = await ctx.db.query<{ id: string }>(takeUnfinishedEvidence, [limit, afterSec]);
  await inTurn(taken, {
    signal,
    work: ({ id }) => repairEvidence(ctx, id),
    onError: ({ id }, error) => ctx.log.warn({ evidenceId: id, error: String(error) }, 'evidence not sent'),
    handBack: (rest) => ctx.db.query(handBackEvidence, [rest.map(({ id }) => id)]),
  });
  return taken.length;
}
