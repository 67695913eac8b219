import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { currentApp } from '@/app/api/_mount/running-app';
import '@/ui/admin/admin.css';
import { LivePage } from '@/ui/demo/live-page';

export const metadata: Metadata = { title: 'Live events of the demo' };
export const dynamic = 'force-dynamic';

/** What the staff of a demo restaurant hear, as it happens; only where the demo is seeded. */
export default async function Page() {
  const { demo } = await currentApp();
  if (demo === null) notFound();
  return <LivePage places={demo.places} />;
}
