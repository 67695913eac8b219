import { MessagePage } from '@/ui/message-page';

/** Seen only while a part of the service is slow to answer its probe. */
export default function LandingLoading() {
  return (
    <MessagePage title="Tabsy Payments">
      <p role="status">Asking each part of the service how it is…</p>
    </MessagePage>
  );
}
