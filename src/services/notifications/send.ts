import {
  finishNotification,
  giveUpAbandoned,
  takeBackLateMailPauses,
  takeDueNotification,
} from '@/db/sql/notifications';
import type { Deps } from '../context';
import type { Mail, Notifier } from '../ports';
import { addressKey } from './address';
import { compose, type DueNotification } from './compose';
import { whyUnwanted } from './wanted';

/**
 * Sends what is due, one mail at a time and outside any transaction, until nothing is due, `limit` is reached or the signal
 * says stop. A mail is marked before it is sent. What was certainly not sent is tried again with growing pauses, then
 * DEAD; what may have been sent (the connection or this process broke in the middle) is UNCERTAIN and never sent again:
 * a missing receipt can be opened in the app, a second one frightens.
 * @returns how many were taken
 */
export async function sendNotifications(
  deps: Deps,
  notifier: Notifier,
  { limit = 100, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const abandoned = await deps.db.query<{ id: string }>(giveUpAbandoned, []);
  for (const { id } of abandoned)
    deps.log.warn({ notificationId: id }, 'a sender stopped while sending a mail');
  await deps.db.query(takeBackLateMailPauses, [Math.max(...PAUSES_MS)]);
  for (let taken = 0; taken < limit; taken++) {
    if (signal?.aborted) return taken;
    const due = await deps.db.maybeOne<DueNotification>(takeDueNotification, []);
    if (due === null) return taken;
    await sendOne(deps, notifier, due);
  }
  return limit;
}

/** Pauses after the first, second, … attempt; then the mail is dead. */
const PAUSES_MS = [60_000, 300_000, 1_800_000, 7_200_000] as const;

async function sendOne(deps: Deps, notifier: Notifier, due: DueNotification): Promise<void> {
  const finish = (state: string, more: { pauseMs?: number; error?: string } = {}) =>
    deps.db.query(finishNotification, [
      due.id,
      state,
      more.pauseMs ?? null,
      more.error ?? null,
      due.email === null ? null : addressKey(due.email),
    ]);
  const prepared = await prepare(deps, due);
  if ('skipped' in prepared) {
    await finish('SKIPPED', { error: prepared.skipped });
    return;
  }
  const outcome = await notifier.send(prepared.mail);
  if (outcome.kind === 'sent') {
    await finish('SENT');
    return;
  }
  deps.log.warn(
    { notificationId: due.id, notification: due.kind, outcome: outcome.kind, detail: outcome.detail },
    'a mail was not sent',
  );
  if (outcome.kind === 'unknown') await finish('UNCERTAIN', { error: outcome.detail });
  else {
    const pauseMs = outcome.isPermanent ? undefined : PAUSES_MS[due.attempts - 1];
    await finish(pauseMs === undefined ? 'DEAD' : 'DUE', { error: outcome.detail, pauseMs });
  }
}

async function prepare(deps: Deps, due: DueNotification): Promise<{ mail: Mail } | { skipped: string }> {
  const { email } = due;
  if (email === null) return { skipped: 'no address is known' };
  const unwanted = await whyUnwanted(deps.db, { ...due, email });
  if (unwanted !== null) return { skipped: unwanted.why };
  const mail = await compose(deps.db, deps.settings.publicUrl, { ...due, email });
  return mail === null ? { skipped: 'overtaken by what happened since' } : { mail };
}
