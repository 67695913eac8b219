'use client';

import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { isChangeable } from '@/domain/payment/status';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { describe } from '@/ui/kit/failure';
import { Field, Select } from '@/ui/kit/field';
import { SkeletonRows } from '@/ui/kit/states';
import { money } from '../admin/format';
import { useOnce } from '../admin/use-once';
import { useRefresh } from '../admin/use-refresh';
import { CardForm } from './card-form';
import type { DemoTable } from './demo-page';
import type { GuestClient } from './guest-client';
import { shareOf, tipOf } from './share';

type Bill = inferRouterOutputs<AppRouter>['tableSessions']['bill'];
type Payment = inferRouterOutputs<AppRouter>['tableSessions']['payments'][number];
type Asked = Omit<inferRouterInputs<AppRouter>['tableSessions']['pay'], 'idempotencyKey'>;
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
  /** Counts up with every live event of the table, and when some may have been missed. */
  changes: number;
}) {
  const [bill, setBill] = useState<Bill | null>(null);
  const [payments, setPayments] = useState<readonly Payment[]>([]);
  /** Null: the bill. */
  const [shownId, setShownId] = useState<string | null>(null);
  const [people, setPeople] = useState(1);
  const [tipPercent, setTipPercent] = useState<number>(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  // One key per attempt, kept until the server has answered: a second try is the same payment.
  const once = useOnce(`demo.pay.${guestSessionId}`);
  const { tableSessionId, currency, locale } = table;
  const amount = (minor: number) => money(minor, currency, locale);

  const load = useCallback(async () => {
    const [readBill, readPayments] = await Promise.all([
      client.tableSessions.bill.query({ tableSessionId }),
      client.tableSessions.payments.query({ tableSessionId }),
    ]);
    setBill(readBill);
    setPayments(readPayments);
  }, [client, tableSessionId]);
  const refresh = useRefresh(() => load().catch(() => setProblem('The bill cannot be read just now.')));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a live event is the reason to look again
  useEffect(refresh, [refresh, changes]);

  async function attempt(work: () => Promise<unknown>) {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(describe(error).message);
    }
    setBusy(false);
  }
  if (bill === null) return problem ? <Problem text={problem} /> : <SkeletonRows rows={4} />;
  const { remainingMinor, availableMinor, paidMinor, grandTotalMinor } = bill.summary;
  const shareMinor = shareOf(bill.summary, people, currency);
  const tipMinor = tipOf(shareMinor, tipPercent, currency);
  const payment = payments.find(({ id }) => id === shownId) ?? null;
  // Only the caller's own have a secret. It holds its part of the bill until it is paid or its time is over.
  const left = payments.find(({ status, clientSecret }) => clientSecret !== null && isChangeable(status));
  const unanswered = once.unknown as Asked | null;
  const pay = (asked: Asked) =>
    attempt(async () => {
      let failure: unknown = null;
      const sent = await once.send(asked, (input) =>
        client.tableSessions.pay.mutate(input).catch((error: unknown) => {
          failure = error;
          throw error;
        }),
      );
      if (failure !== null) throw failure;
      if (sent === null) return;
      await load();
      setShownId(sent.result.id);
    });
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
      {problem && <Problem text={problem} />}
      {payment ? (
        <div className="grid gap-3">
          <p className="flex items-center gap-3">
            <span className="tabular text-lg font-semibold">{amount(payment.totalMinor)}</span>
            <StateBadge state={payment.status} />
          </p>
          {isChangeable(payment.status) && payment.clientSecret && (
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
          <Button look="quiet" onClick={() => setShownId(null)}>
            Back to the bill
          </Button>
        </div>
      ) : remainingMinor === 0 ? (
        <p className="text-muted">Everything is paid.</p>
      ) : (
        <div className="grid gap-3">
          {left && (
            <Button look="primary" onClick={() => setShownId(left.id)}>
              Continue paying {amount(left.totalMinor)}
            </Button>
          )}
          {unanswered && !left && (
            <>
              <p>Nobody knows whether the last payment was begun. Nothing is paid twice.</p>
              <Button look="primary" isBusy={isBusy} onClick={() => void pay(unanswered)}>
                Try again
              </Button>
            </>
          )}
          {availableMinor === 0 && !left && !unanswered && (
            <p className="text-muted">The others are paying the rest just now.</p>
          )}
          {availableMinor > 0 && !unanswered && (
            <Parts people={people} onPeople={setPeople} tipPercent={tipPercent} onTip={setTipPercent}>
              <Button
                look={left ? 'plain' : 'primary'}
                isBusy={isBusy}
                disabled={shareMinor < 1}
                onClick={() => void pay({ tableSessionId, tipMinor, ...(people > 1 && { shareMinor }) })}
              >
                Pay {amount(shareMinor + tipMinor)}
              </Button>
            </Parts>
          )}
        </div>
      )}
      <Button isBusy={isBusy} onClick={() => void order()}>
        Order something
      </Button>
    </div>
  );
}

/** Which part of the bill, and what on top of it. */
function Parts({
  people,
  onPeople,
  tipPercent,
  onTip,
  children,
}: {
  people: number;
  onPeople(people: number): void;
  tipPercent: number;
  onTip(percent: number): void;
  children: ReactNode;
}) {
  return (
    <>
      <Field label="Pay for">
        {(control) => (
          <Select {...control} value={people} onChange={(event) => onPeople(Number(event.target.value))}>
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
          <Select {...control} value={tipPercent} onChange={(event) => onTip(Number(event.target.value))}>
            {TIPS.map((tip) => (
              <option key={tip} value={tip}>
                {tip === 0 ? 'none' : `${tip} %`}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {children}
    </>
  );
}

function Problem({ text }: { text: string }) {
  return (
    <p role="alert" className="rounded-lg bg-bad-surface p-3 text-bad">
      {text}
    </p>
  );
}
