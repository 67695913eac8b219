import Link from 'next/link';
import { Button } from '@/ui/kit/button';
import { PageHeader } from '@/ui/kit/panel';

/** Within the pages, so that the way back is at hand. */
export default function NotFound() {
  return (
    <PageHeader
      title="There is nothing here"
      actions={
        <Button asChild>
          <Link href="/admin/payments">All payments</Link>
        </Button>
      }
    >
      Check the address. It may also belong to a restaurant that your login does not see.
    </PageHeader>
  );
}
