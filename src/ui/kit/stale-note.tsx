'use client';

import { Button } from './button';
import { describe, isSignedOut } from './failure';
import { SignInAgain } from './sign-in-again';

/** Above what was read before and could not be read again: it stays, with whatever was typed into it. */
export function StaleNote({ error, retry }: { error: unknown; retry(): void }) {
  const { message, requestId } = describe(error);
  return (
    <div
      role="alert"
      className="mb-4 flex flex-wrap items-center justify-between gap-3 rounded-lg bg-bad-surface p-3 text-sm"
    >
      <div>
        <p className="text-bad">This may be old: {message}</p>
        {requestId && <p className="font-mono text-xs text-muted">Request {requestId}</p>}
      </div>
      {isSignedOut(error) ? (
        <SignInAgain />
      ) : (
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
