'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useCallback, useEffect, useState } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Field, Select } from '@/ui/kit/field';
import { SkeletonRows } from '@/ui/kit/states';
import { money } from '../admin/format';
import { CardForm } from './card-form';
import type { DemoTable } from './demo-page';
import type { GuestClient } from './guest-client';

type Bill = inferRouterOutputs<AppRouter>['tableSessions']['bill'];
type Payment = inferRouterOutputs<AppRouter>['tableSessions']['pay'];
const TIPS = [0, 10, 15, 20] as const;

/** What a guest of the table sees: the bill, their part, a tip, a card, the receipt. */
export function Phone({
  client,
  table,
  guestSessionId,
  publishableKey,
  simulatorUrl,
  changes,
}: {
  client: GuestClient;
  table: DemoTable;
  guestSessionId: string;
  publishableKey: string;
  simulatorUrl: string | null;
  /** Counts up with every live event of the table. */
  changes: number;
}) {
  const [bill, setBill] = useState<Bill | null>(null);
  const [payment, setPayment] = useState<Payment | null>(null);
  const [people, setPeople] = useState(1);
  const [tipPercent, setTipPercent] = useState<number>(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { tableSessionId, currency, locale } = table;
  const amount = (minor: number) => money(minor, currency, locale);

  const load = useCallback(async () => {
    setBill(await client.tableSessions.bill.query({ tableSessionId }));
  }, [client, tableSessionId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a live event is the reason to look again
  useEffect(() => {
    void load().catch(() => setProblem('The bill cannot be read just now.'));
    if (payment === null) return;
    void client.payments.get
      .query({ paymentId: payment.id })
      .then((now) => setPayment({ ...payment, ...now }))
      .catch(() => undefined);
  }, [load, changes]);

  async function attempt(work: () => Promise<unknown>) {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'That did not work.');
    }
    setBusy(false);
  }
  if (bill === null) return <SkeletonRows rows={4} />;
  const { remainingMinor, availableMinor, paidMinor, grandTotalMinor } = bill.summary;
  // Whole minor units: the last one at the table pays the rest.
  const shareMinor =
    people === 1 ? availableMinor : Math.min(availableMinor, Math.floor(remainingMinor / people));
  const tipMinor = Math.round((shareMinor * tipPercent) / 100);
  const pay = () =>
    attempt(async () =>
      setPayment(
        await client.tableSessions.pay.mutate({
          tableSessionId,
          tipMinor,
          ...(people > 1 && { shareMinor }),
          idempotencyKey: crypto.randomUUID(),
        }),
      ),
    );
  const order = () =>
    attempt(async () => {
      const response = await fetch('/demo/order', {
        method: 'POST',
        headers: { 'x-session-id': guestSessionId },
      });
      if (!response.ok) throw new Error('The kitchen does not answer.');
      await load();
    });

  return (
    <div className="grid gap-4 text-sm">
      <div>
        <p className="text-xs text-muted">{table.restaurantName}</p>
        <p className="tabular text-2xl font-semibold">{amount(remainingMinor)} to pay</p>
        <p className="text-xs text-muted">
          {amount(paidMinor)} of {amount(grandTotalMinor)} is paid
        </p>
      </div>
      {problem && (
        <p role="alert" className="rounded-lg bg-bad-surface p-3 text-bad">
          {problem}
        </p>
      )}
      {payment ? (
        <div className="grid gap-3">
          <p className="flex items-center gap-3">
            <span className="tabular text-lg font-semibold">{amount(payment.totalMinor)}</span>
            <StateBadge state={payment.status} />
          </p>
          {(payment.status === 'PENDING' || payment.status === 'FAILED') && payment.clientSecret && (
            <CardForm
              clientSecret={payment.clientSecret}
              publishableKey={publishableKey}
              simulatorUrl={simulatorUrl}
              onResult={setProblem}
            />
          )}
          {payment.receiptUrl && (
            <Button asChild>
              <a href={payment.receiptUrl} target="_blank" rel="noreferrer">
                Receipt
              </a>
            </Button>
          )}
          <Button look="quiet" onClick={() => setPayment(null)}>
            Back to the bill
          </Button>
        </div>
      ) : remainingMinor === 0 ? (
        <p className="text-muted">Everything is paid.</p>
      ) : (
        <div className="grid gap-3">
          <Field label="Pay for">
            {(control) => (
              <Select {...control} value={people} onChange={(event) => setPeople(Number(event.target.value))}>
                <option value={1}>everything that is left</option>
                {[2, 3, 4].map((n) => (
                  <option key={n} value={n}>
                    an equal part of {n}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Tip">
            {(control) => (
              <Select
                {...control}
                value={tipPercent}
                onChange={(event) => setTipPercent(Number(event.target.value))}
              >
                {TIPS.map((tip) => (
                  <option key={tip} value={tip}>
                    {tip === 0 ? 'none' : `${tip} %`}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Button look="primary" isBusy={isBusy} disabled={shareMinor < 1} onClick={() => void pay()}>
            Pay {amount(shareMinor + tipMinor)}
          </Button>
        </div>
      )}
      <Button isBusy={isBusy} onClick={() => void order()}>
        Order something
      </Button>
    </div>
  );
}
