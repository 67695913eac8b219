import type { ServiceContext } from './context';

/** Clients give up after 10 s (legacy-contract 1.4): whatever a verb waits for, its caller hears something before that. */
const ANSWER_LIMIT_MS = 9_000;

/**
 * The result of the work, or what `onLate` answers (or throws) once the limit has passed. The work itself goes on: it
 * leaves a state from which a repeat with the same key, or the recovery, continues.
 */
export async function answerInTime<T>(
  ctx: Pick<ServiceContext, 'log'>,
  work: Promise<T>,
  onLate: () => T,
  limitMs = ANSWER_LIMIT_MS,
): Promise<T> {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  }).then(() => {
    isLate = true;
    return onLate();
  });
  work.catch((error: unknown) => {
    if (isLate) ctx.log.warn({ error: String(error) }, 'work that its caller no longer waits for has failed');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
