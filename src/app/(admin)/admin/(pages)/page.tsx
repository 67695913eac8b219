import { PageHeader } from '@/ui/kit/panel';

export default function OverviewPage() {
  return <PageHeader title="Overview" />;
}
