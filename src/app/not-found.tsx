import { ButtonLink } from '@/ui/button';
import { MessagePage } from '@/ui/message-page';

export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing here"
      action={<ButtonLink href="/">Go to the start page</ButtonLink>}
    >
      <p>Check the address for a typing mistake, or open the link again that brought you here.</p>
    </MessagePage>
  );
}
