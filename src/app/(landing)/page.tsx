import { ButtonLink } from '@/ui/button';
import { Landing } from '@/ui/landing/landing';
import { MessagePage } from '@/ui/message-page';
import { readLanding } from './read-landing';

export const dynamic = 'force-dynamic';

export default async function LandingPage() {
  const landing = await readLanding();
  if (landing) return <Landing landing={landing} />;
  return (
    <MessagePage title="Tabsy Payments" action={<ButtonLink href="/health">Health</ButtonLink>}>
      <p>The payments service of Tabsy.</p>
    </MessagePage>
  );
}
