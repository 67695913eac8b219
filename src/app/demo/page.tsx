import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { currentApp } from '@/app/api/_mount/running-app';
import '@/ui/admin/admin.css';
import { DemoPage } from '@/ui/demo/demo-page';

export const metadata: Metadata = { title: 'Demo' };
export const dynamic = 'force-dynamic';

/** A guest's phone beside what the restaurant sees; only where the demo is seeded. */
export default async function Page() {
  const app = await currentApp();
  if (app.demo === null) notFound();
  const { publishableKey, simulatorUrl } = app.deps.settings;
  return <DemoPage tables={app.demo.tables} publishableKey={publishableKey} simulatorUrl={simulatorUrl} />;
}
