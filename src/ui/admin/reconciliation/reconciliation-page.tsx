'use client';

import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Tabs } from 'radix-ui';
import { PageHeader } from '@/ui/kit/panel';
import { useViewer } from '../viewer';
import { BankImport } from './bank-import';
import { Runs } from './runs';
import { WorkList } from './work-list';

const TABS = ['work', 'runs', 'bank'] as const;
const TAB =
  'min-h-10 border-b-2 border-transparent px-4 text-sm font-medium text-muted data-[state=active]:border-accent data-[state=active]:text-text';

/** What does not fit, and the way to zero: the work list, the runs that find it, and the bank's side. */
export function ReconciliationPage() {
  const { role } = useViewer();
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('work'));
  return (
    <>
      <PageHeader title="Reconciliation">
        Orders against payments and ledger, payments against Stripe, payouts against the bank.
      </PageHeader>
      <Tabs.Root
        value={tab}
        onValueChange={(next) => void setTab(TABS.find((one) => one === next) ?? 'work')}
      >
        <Tabs.List className="mb-4 flex border-b border-line" aria-label="Parts of reconciliation">
          <Tabs.Trigger value="work" className={TAB}>
            Work list
          </Tabs.Trigger>
          <Tabs.Trigger value="runs" className={TAB}>
            Runs
          </Tabs.Trigger>
          {role === 'admin' && (
            <Tabs.Trigger value="bank" className={TAB}>
              Bank
            </Tabs.Trigger>
          )}
        </Tabs.List>
        <Tabs.Content value="work">
          <WorkList />
        </Tabs.Content>
        <Tabs.Content value="runs">
          <Runs />
        </Tabs.Content>
        {role === 'admin' && (
          <Tabs.Content value="bank">
            <BankImport />
          </Tabs.Content>
        )}
      </Tabs.Root>
    </>
  );
}
