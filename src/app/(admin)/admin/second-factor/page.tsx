import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { EnrolPage } from '@/ui/admin/account/enrol-page';
import { ViewerProvider } from '@/ui/admin/viewer';
import { readViewer } from '../read-viewer';

export const metadata: Metadata = { title: 'Second factor' };

/** Where an admin lands who must have a second factor and has none. */
export default async function SecondFactorPage() {
  const viewer = await readViewer();
  if (viewer === null) redirect('/admin/login');
  if (!viewer.owesSecondFactor) redirect('/admin');
  return (
    <ViewerProvider viewer={viewer}>
      <EnrolPage />
    </ViewerProvider>
  );
}
