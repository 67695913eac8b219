'use client';

import { Button } from '@/ui/button';
import { MessagePage } from '@/ui/message-page';

/** The error itself is in the server's log only; its message may hold internals. */
export default function PageFailed({ retry }: { retry: () => void }) {
  return (
    <MessagePage
      title="This page could not be loaded"
      action={<Button onClick={() => retry()}>Try again</Button>}
    >
      <p>Something went wrong on our side. No payment was made or changed by opening this page.</p>
      <p>Try again in a minute. If it stays like this, ask the restaurant’s staff.</p>
    </MessagePage>
  );
}
