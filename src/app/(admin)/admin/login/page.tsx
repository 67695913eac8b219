import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentApp } from '@/app/api/_mount/running-app';
import { LoginForm } from '@/ui/admin/login-form';
import { readViewer } from '../read-viewer';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage() {
  if ((await readViewer()) !== null) redirect('/admin');
  const app = await currentApp();
  return <LoginForm demoPeople={app.demoLogins} hasOidc={app.env.login.oidc !== null} />;
}
