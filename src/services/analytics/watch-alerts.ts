import {
  claimAlerts,
  closeAlerts,
  keepAlerts,
  measureAlerts,
  readOpenAlerts,
  readOwnThresholds,
} from '@/db/sql/metric-alerts';
import {
  type AlertKind,
  type AlertThresholds,
  isAlertOpen,
  type OwnThresholds,
  severityOf,
  thresholdOf,
} from '@/domain/alert';
import type { Deps } from '../context';
import { newId } from '../ids';

type Measured = { restaurantId: string | null; kind: AlertKind; value: number };

/**
 * Measures what alerts look at and opens, updates or closes them. What is open is stored, so that a restart forgets nothing.
 * Does nothing while another node is at it. @returns how many are open
 */
export async function watchAlerts(
  deps: Pick<Deps, 'db' | 'clock'>,
  thresholds: AlertThresholds,
): Promise<number | null> {
  const now = deps.clock.now();
  return deps.db.transaction(async (tx) => {
    const { isMine } = await tx.one<{ isMine: boolean }>(claimAlerts, []);
    if (!isMine) return null;
    const measured = await tx.query<Measured>(measureAlerts, [now]);
    const open = await tx.query<Measured & { id: string }>(readOpenAlerts, [null]);
    const wasOpen = new Set(open.map(nameOf));
    const set = await tx.query<OwnThresholds & { restaurantId: string }>(readOwnThresholds, []);
    const own = new Map(set.map((row) => [row.restaurantId, row]));
    const staying = measured
      .map((figure) => ({
        ...figure,
        threshold: thresholdOf(figure.kind, thresholds, own.get(figure.restaurantId ?? '')),
      }))
      .filter((figure) => isAlertOpen(wasOpen.has(nameOf(figure)), figure.value, figure.threshold));
    const names = new Set(staying.map(nameOf));
    const over = open.filter((alert) => !names.has(nameOf(alert)));
    if (over.length > 0) await tx.query(closeAlerts, [over.map(({ id }) => id), now]);
    if (staying.length > 0)
      await tx.query(keepAlerts, [
        staying.map(() => newId()),
        staying.map(({ restaurantId }) => restaurantId),
        staying.map(({ kind }) => kind),
        staying.map(({ kind, value, threshold }) => severityOf(kind, value, threshold)),
        staying.map(({ value }) => value),
        staying.map(({ threshold }) => threshold),
        now,
      ]);
    return staying.length;
  });
}

function nameOf({ kind, restaurantId }: { kind: AlertKind; restaurantId: string | null }): string {
  return `${kind} ${restaurantId ?? ''}`;
}
