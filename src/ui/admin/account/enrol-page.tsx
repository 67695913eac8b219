'use client';

import { Button } from '@/ui/kit/button';
import { Panel } from '@/ui/kit/panel';
import { Toasts } from '@/ui/kit/toasts';
import { Mark } from '@/ui/mark';
import { signOut } from '../sign-out';
import { useViewer } from '../viewer';
import { SecondFactor } from './second-factor';

/** What an admin sees in place of every page until they have a second factor, where one is demanded. */
export function EnrolPage({ next }: { next: string }) {
  const { name } = useViewer();
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-6 p-4">
      <h1 className="flex items-center gap-3 text-2xl font-semibold">
        <Mark sizePx={24} /> One more step, {name}
      </h1>
      <p className="text-sm text-muted">
        Admins see every restaurant’s money, so a password alone is not enough here. You need an authenticator
        app on your phone.
      </p>
      <Panel title="Second factor">
        <SecondFactor onSetUp={() => window.location.assign(next)} />
      </Panel>
      <p>
        <Button look="quiet" onClick={() => void signOut()}>
          Sign out
        </Button>
      </p>
      <Toasts />
    </main>
  );
}
