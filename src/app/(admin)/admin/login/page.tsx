import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentApp } from '@/app/api/_mount/running-app';
import { LoginForm } from '@/ui/admin/login-form';
import { pageAfterLogin } from '@/ui/admin/login-next';
import { readViewer } from '../read-viewer';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage({ searchParams }: PageProps<'/admin/login'>) {
  const next = pageAfterLogin((await searchParams).next);
  if ((await readViewer()) !== null) redirect(next);
  const app = await currentApp();
  return <LoginForm demoPeople={app.demoLogins} hasOidc={app.env.login.oidc !== null} next={next} />;
}
