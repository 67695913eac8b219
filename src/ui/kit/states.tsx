'use client';

import type { ReactNode } from 'react';
import { Button } from './button';
import { cx } from './cx';
import { describe, isSignedOut } from './failure';
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

/**
 * What went wrong, within a form or dialog where something was to be done.
 * @param isUnknown nobody knows whether it was done, and pressing again does nothing twice
 */
export function ErrorNote({ error, isUnknown = false }: { error: unknown; isUnknown?: boolean }) {
  if (error === null && !isUnknown) return null;
  const { message, requestId } = describe(error);
  return (
    <div role="alert" className="grid justify-items-start gap-3 rounded-lg bg-bad-surface p-3 text-sm">
      {error !== null && <p className="text-bad">{message}</p>}
      {isUnknown && <p>We do not know whether it was done. Press again: it is not done twice.</p>}
      {requestId && <p className="font-mono text-xs text-muted">Request {requestId}</p>}
      {isSignedOut(error) && (
        <>
          {!isUnknown && <p>Nothing was done.</p>}
          <SignInAgain />
        </>
      )}
    </div>
  );
}
