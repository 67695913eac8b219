'use client';

import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { PageHeader } from '@/ui/kit/panel';
import { EmptyState } from '@/ui/kit/states';
import { Tabs } from '@/ui/kit/tabs';
import { useIsOwner, useViewer } from '../viewer';
import { BankImport } from './bank-import';
import { Runs } from './runs';
import { WorkList } from './work-list';

const TABS = ['work', 'runs', 'bank'] as const;

/** What does not fit, and the way to zero: the work list, the runs that find it, and the bank's side. */
export function ReconciliationPage() {
  const { role } = useViewer();
  const mayRead = useIsOwner();
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('work'));
  return (
    <>
      <PageHeader title="Reconciliation">
        Orders against payments and ledger, payments against Stripe, payouts against the bank.
      </PageHeader>
      {mayRead ? (
        <Tabs
          label="Parts of reconciliation"
          shown={tab}
          onShow={(next) => void setTab(next)}
          tabs={[
            { id: 'work', label: 'Work list', content: <WorkList /> },
            { id: 'runs', label: 'Runs', content: <Runs /> },
            // Payouts mix restaurants (decision 7), so the bank's side is the platform's.
            ...(role === 'admin' ? [{ id: 'bank' as const, label: 'Bank', content: <BankImport /> }] : []),
          ]}
        />
      ) : (
        <EmptyState title="Only owners reconcile">Ask an owner of the restaurant.</EmptyState>
      )}
    </>
  );
}
