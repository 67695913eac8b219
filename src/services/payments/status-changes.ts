import { EventEmitter } from 'node:events';
import type { Tx } from '@/db/transaction';

/** Hears of each status that a payment has taken in this process, once its transaction is committed. */
export type StatusListener = (status: string) => void;

const changes = new EventEmitter();
changes.setMaxListeners(0);

/** Tells the listeners of this process after the commit. */
export function noteStatus(tx: Tx, status: string): void {
  if (changes.listenerCount('status') > 0) tx.afterCommit(() => void changes.emit('status', status));
}

/** Returns the way to stop listening. */
export function onPaymentStatus(listener: StatusListener): () => void {
  changes.on('status', listener);
  return () => void changes.off('status', listener);
}
