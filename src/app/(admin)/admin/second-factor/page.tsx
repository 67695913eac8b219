import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { EnrolPage } from '@/ui/admin/account/enrol-page';
import { pageAfterLogin, stepBefore } from '@/ui/admin/login-next';
import { ViewerProvider } from '@/ui/admin/viewer';
import { readViewer } from '../read-viewer';

export const metadata: Metadata = { title: 'Second factor' };

/** Where an admin lands who must have a second factor and has none. */
export default async function SecondFactorPage({ searchParams }: PageProps<'/admin/second-factor'>) {
  const next = pageAfterLogin((await searchParams).next);
  const viewer = await readViewer();
  if (viewer === null) redirect(stepBefore(next, '/admin/login'));
  if (!viewer.owesSecondFactor) redirect(next);
  return (
    <ViewerProvider viewer={viewer}>
      <EnrolPage next={next} />
    </ViewerProvider>
  );
}
