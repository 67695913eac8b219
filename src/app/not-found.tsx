import { connection } from 'next/server';
import { ButtonLink } from '@/ui/button';
import { MessagePage } from '@/ui/message-page';

/** Rendered for each request: its scripts need that answer's nonce. */
export default async function NotFound() {
  await connection();
  return (
    <MessagePage
      title="There is nothing here"
      action={<ButtonLink href="/">Go to the start page</ButtonLink>}
    >
      <p>Check the address for a typing mistake, or open the link again that brought you here.</p>
    </MessagePage>
  );
}
