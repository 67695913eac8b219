'use client';

import { Button } from '@/ui/kit/button';
import { cx } from '@/ui/kit/cx';
import { SignInAgain } from '@/ui/kit/sign-in-again';
import { type Connection, useConnection } from './connection';

const TEXTS: Record<Connection, string> = {
  off: 'Not live',
  starting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
  refused: 'No longer live',
  signedOut: 'No longer live',
};
const DOTS: Record<Connection, string> = {
  off: 'bg-line',
  starting: 'bg-line',
  live: 'bg-good',
  lost: 'bg-warning',
  refused: 'bg-bad',
  signedOut: 'bg-bad',
};

/** Whether live events arrive. After a break they resume where they stopped. `isWordy`: in words on narrow screens too. */
export function LiveLight({ isWordy = false }: { isWordy?: boolean }) {
  const connection = useConnection();
  return (
    <span role="status" className="flex items-center gap-2 text-xs text-muted">
      <span aria-hidden className={cx('size-2 rounded-full', DOTS[connection])} />
      <span className={isWordy ? undefined : 'sr-only sm:not-sr-only'}>{TEXTS[connection]}</span>
    </span>
  );
}

/** Why nothing is live any more, where waiting does not help, and what does. */
export function LiveEnded() {
  const connection = useConnection();
  if (connection !== 'signedOut' && connection !== 'refused') return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-3 border-b border-line bg-bad-surface px-4 py-2 text-sm text-bad"
    >
      {connection === 'signedOut' ? (
        <>
          <p>Your session has ended. What you see may be old.</p>
          <SignInAgain />
        </>
      ) : (
        <>
          <p>This page hears nothing any more: what you may see has changed.</p>
          <Button onClick={() => window.location.reload()}>Reload</Button>
        </>
      )}
    </div>
  );
}
