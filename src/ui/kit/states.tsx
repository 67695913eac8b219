'use client';

import type { ReactNode } from 'react';
import { Button } from './button';
import { cx } from './cx';
import { SignInAgain } from './sign-in-again';

/** Holds the place of what loads, so that nothing jumps when it comes. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={cx('animate-pulse rounded-lg bg-sunken motion-reduce:animate-none', className)}
    />
  );
}

/** Several lines of a table or list that loads. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid gap-2">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} className="h-10" />
      ))}
    </div>
  );
}

/** Nothing is here, and what would bring something. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-12 text-center">
      <p className="font-medium">{title}</p>
      {children && <p className="max-w-prose text-sm text-muted">{children}</p>}
      {action}
    </div>
  );
}

/** What went wrong in words, the id to quote, and the way to try again. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { message, requestId } = describe(error);
  return (
    <div role="alert" className="grid justify-items-center gap-3 px-4 py-12 text-center">
      <p className="font-medium">{message}</p>
      {requestId && <p className="font-mono text-xs text-muted">Request {requestId}</p>}
      {isSignedOut(error) ? <SignInAgain /> : retry && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

/** What went wrong, within a form or dialog where something was to be done. Null: nothing did. */
export function ErrorNote({ error }: { error: unknown }) {
  if (error === null) return null;
  return (
    <div role="alert" className="grid justify-items-start gap-3 rounded-lg bg-bad-surface p-3 text-sm">
      <p className="text-bad">{describe(error).message}</p>
      {isSignedOut(error) && (
        <>
          <p>Nothing was done.</p>
          <SignInAgain />
        </>
      )}
    </div>
  );
}

/** The session has ended: signing in again, and nothing else, helps. */
function isSignedOut(error: unknown): boolean {
  return (
    error instanceof Error && (error as { data?: { code?: unknown } | null }).data?.code === 'UNAUTHORIZED'
  );
}

/** An error of the API as people read it. */
export function describe(error: unknown): { message: string; requestId: string | null } {
  if (!(error instanceof Error)) return { message: 'Something went wrong.', requestId: null };
  const { data } = error as { data?: { requestId?: unknown } | null };
  if (isSignedOut(error)) return { message: 'Your session has ended.', requestId: null };
  const isOffline = error.message === 'Failed to fetch';
  return {
    message: isOffline ? 'The server cannot be reached.' : error.message,
    requestId: typeof data?.requestId === 'string' ? data.requestId : null,
  };
}
