'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { stateText } from '@/ui/kit/badge';
import { Bars } from '@/ui/kit/bars';
import { Panel, Stat } from '@/ui/kit/panel';
import { count, money } from '../format';

type Figures = inferRouterOutputs<AppRouter>['analytics']['metrics']['currencies'][number];

/** The figures of one currency; currencies are never summed. */
export function CurrencySection({ figures, locale }: { figures: Figures; locale: string | undefined }) {
  const { currency, current, previous, growth, methods, hourly, daily } = figures;
  const amount = (minor: number) => money(minor, currency, locale);
  const percentText = (value: number) => `${value.toFixed(1)} %`;
  return (
    <section aria-label={`Figures in ${currency}`} className="grid gap-4">
      <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
        <Stat
          label={`Revenue in ${currency}`}
          value={amount(current.grossMinor)}
          hint={growthText(growth.revenuePercent)}
        />
        <Stat
          label="Success rate"
          value={percentText(current.successRatePercent)}
          hint={`${signed(growth.successRatePoints)} points, ${count(current.failed)} failed`}
        />
        <Stat
          label="Average payment"
          value={amount(current.averageMinor)}
          hint={`before: ${amount(previous.averageMinor)}`}
        />
        <Stat
          label="Payments"
          value={count(current.successful)}
          hint={`${growthText(growth.transactionsPercent)}, of ${count(current.transactions)} started`}
        />
        <Stat label="Tips" value={amount(current.tipMinor)} hint={`before: ${amount(previous.tipMinor)}`} />
        <Stat
          label="Refunds"
          value={amount(current.refundedMinor)}
          hint={`${count(current.refunds)}, ${percentText(current.refundRatePercent)} of revenue`}
        />
        <Stat label="Net" value={amount(current.netMinor)} hint={`before: ${amount(previous.netMinor)}`} />
        <Stat
          label="Open now"
          value={amount(current.pendingMinor)}
          hint={`${count(current.pending)} payments`}
        />
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel title="By hour of the day">
          <Bars
            label="Revenue by hour"
            bars={hourly.map(({ hour, revenueMinor, transactions }) => ({
              key: String(hour),
              label: hour % 6 === 0 ? `${hour}:00` : '',
              value: revenueMinor,
              text: `${hour}:00, ${amount(revenueMinor)} in ${count(transactions)} payments`,
            }))}
          />
        </Panel>
        {daily.length > 1 ? (
          <Panel title="By day">
            <Bars
              label="Revenue by day"
              bars={daily.map(({ businessDay, revenueMinor, transactions }, index) => ({
                key: businessDay,
                label: index % Math.ceil(daily.length / 5) === 0 ? businessDay.slice(5) : '',
                value: revenueMinor,
                text: `${businessDay}, ${amount(revenueMinor)} in ${count(transactions)} payments`,
              }))}
            />
          </Panel>
        ) : (
          <Methods methods={methods} amount={amount} />
        )}
      </div>
      {daily.length > 1 && <Methods methods={methods} amount={amount} />}
    </section>
  );
}

function Methods({ methods, amount }: { methods: Figures['methods']; amount(minor: number): string }) {
  return (
    <Panel title="How it was paid">
      {methods.length === 0 ? (
        <p className="text-sm text-muted">Nothing was paid in this period.</p>
      ) : (
        <ul className="grid gap-3">
          {methods.map(({ method, transactions, amountMinor, sharePercent }) => (
            <li key={method} className="text-sm">
              <div className="mb-1 flex justify-between gap-4">
                <span>{stateText(method)}</span>
                <span className="tabular">
                  {amount(amountMinor)} in {count(transactions)}
                </span>
              </div>
              <div aria-hidden className="h-2 rounded-full bg-sunken">
                <div className="h-2 rounded-full bg-accent" style={{ width: `${sharePercent}%` }} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}

function growthText(percent: number | null): string {
  return percent === null ? 'nothing before to compare' : `${signed(percent)} % to before`;
}
