'use client';

import { Button } from '@/ui/button';
import { MessagePage } from '@/ui/message-page';
import '@/ui/tokens.css';
import '@/ui/base.css';

/** Stands in for the root layout when that failed itself. */
export default function EverythingFailed({ retry }: { retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Tabsy Payments</title>
        <MessagePage
          title="This page could not be loaded"
          action={<Button onClick={() => retry()}>Try again</Button>}
        >
          <p>Something went wrong on our side. No payment was made or changed by opening this page.</p>
        </MessagePage>
      </body>
    </html>
  );
}
