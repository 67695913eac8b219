'use client';

import { Button } from '@/ui/kit/button';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { signOut } from '../sign-out';
import { useViewer } from '../viewer';
import { SecondFactor } from './second-factor';
import { Sessions } from './sessions';

/** Where this person is signed in, and how. */
export function AccountPage() {
  const { name, email } = useViewer();
  return (
    <>
      <PageHeader title={name} actions={<Button onClick={() => void signOut()}>Sign out</Button>}>
        {email}
      </PageHeader>
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel title="Second factor">
          <SecondFactor />
        </Panel>
        <Panel title="Signed in at">
          <Sessions />
        </Panel>
      </div>
    </>
  );
}
