import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { ApiProvider } from '@/ui/admin/api';
import { PAGE_ADDRESS_HEADER, stepBefore } from '@/ui/admin/login-next';
import { Shell } from '@/ui/admin/shell';
import { ViewerProvider } from '@/ui/admin/viewer';
import { readViewer } from '../read-viewer';

/** Every page below is for people who are signed in; what they may see the procedures decide, one by one. */
export default async function PagesLayout({ children }: { children: ReactNode }) {
  const viewer = await readViewer();
  const here = (await headers()).get(PAGE_ADDRESS_HEADER);
  if (viewer === null) redirect(stepBefore(here, '/admin/login'));
  if (viewer.owesSecondFactor) redirect(stepBefore(here, '/admin/second-factor'));
  return (
    <ViewerProvider viewer={viewer}>
      <ApiProvider>
        <Shell>{children}</Shell>
      </ApiProvider>
    </ViewerProvider>
  );
}
