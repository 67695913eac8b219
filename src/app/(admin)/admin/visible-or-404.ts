import { notFound } from 'next/navigation';
import { currentApp } from '@/app/api/_mount/running-app';
import { requestIdOf } from '@/observability/request-id';
import type { ServiceContext } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { readActor } from './read-actor';

/**
 * Answers 404 when what a page is about is not there for who is signed in: another tenant's address says no more than one that
 * never was (decision 6). Anything else that goes wrong the page itself shows, with a way to try again.
 */
export async function visibleOr404(read: (ctx: ServiceContext) => Promise<unknown>): Promise<void> {
  const found = await readActor();
  // The layout sends them to sign in.
  if (found === null) return;
  const { deps } = await currentApp();
  const request = { id: requestIdOf(null), ip: null, userAgent: null };
  const isMissing = await read({ ...deps, actor: found.actor, request }).then(
    () => false,
    (error: unknown) => error instanceof ServiceError && MISSING.includes(error.kind),
  );
  if (isMissing) notFound();
}

/** An id that no id can be is not there either (decision 3). */
const MISSING = ['NOT_VISIBLE', 'NOT_FOUND', 'INVALID'];
