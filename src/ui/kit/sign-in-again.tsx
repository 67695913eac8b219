'use client';

import { Button } from './button';

/** Where people go whose session has ended; they come back to the page where they were. */
export function SignInAgain() {
  return (
    <Button
      look="primary"
      onClick={() => {
        const { pathname, search } = window.location;
        window.location.assign(`/admin/login?next=${encodeURIComponent(pathname + search)}`);
      }}
    >
      Sign in again
    </Button>
  );
}
