import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { ApiProvider } from '@/ui/admin/api';
import { Shell } from '@/ui/admin/shell';
import { ViewerProvider } from '@/ui/admin/viewer';
import { readViewer } from '../read-viewer';

/** Every page below is for people who are signed in; what they may see the procedures decide, one by one. */
export default async function PagesLayout({ children }: { children: ReactNode }) {
  const viewer = await readViewer();
  if (viewer === null) redirect('/admin/login');
  if (viewer.owesSecondFactor) redirect('/admin/second-factor');
  return (
    <ViewerProvider viewer={viewer}>
      <ApiProvider>
        <Shell>{children}</Shell>
      </ApiProvider>
    </ViewerProvider>
  );
}
