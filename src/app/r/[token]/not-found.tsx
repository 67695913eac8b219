import { MessagePage } from '@/ui/message-page';

/** One answer for unknown and expired links: the difference would tell strangers which tokens existed. */
export default function ReceiptNotFound() {
  return (
    <MessagePage title="No receipt under this link">
      <p>The link has expired or is not complete. Open it once more from the message or app that holds it.</p>
      <p>
        If that does not help, ask the restaurant for the receipt: they can find it by the day and amount.
      </p>
    </MessagePage>
  );
}
