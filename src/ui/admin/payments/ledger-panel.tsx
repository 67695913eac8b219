'use client';

import { Badge } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { Scrolling } from '@/ui/kit/scrolling';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { exactTime, money } from '../format';
import { factText, type Ledger } from './timeline-entries';

const CELL = 'px-2 py-1.5 first:pl-0 last:pr-0';
const NUMBER = `${CELL} tabular text-right whitespace-nowrap`;

/** What the payment posted, in double entry: each fact with its sums, and whether they explain the payment. */
export function LedgerPanel({
  paymentId,
  timeZone,
  locale,
}: {
  paymentId: string;
  timeZone: string;
  locale: string | undefined;
}) {
  const ledger = api.ledger.payment.useQuery({ paymentId });
  return (
    <Panel
      title="Ledger"
      className="lg:col-span-2"
      actions={
        ledger.data &&
        ledger.data.entries.length > 0 && (
          <Badge tone={ledger.data.agrees ? 'good' : 'bad'}>
            {ledger.data.agrees ? 'Explains this payment' : 'Does not explain this payment'}
          </Badge>
        )
      }
    >
      {ledger.isPending ? (
        <SkeletonRows rows={4} />
      ) : ledger.isError ? (
        <ErrorState error={ledger.error} retry={() => void ledger.refetch()} />
      ) : ledger.data.entries.length === 0 ? (
        <p className="text-sm text-muted">Nothing is posted until money has moved.</p>
      ) : (
        <Scrolling label="Postings" className="overflow-x-auto">
          <table aria-label="Postings" className="w-full text-sm">
            <thead>
              <tr className="border-b border-line text-xs text-muted">
                <th scope="col" className={`${CELL} text-left font-medium`}>
                  Account
                </th>
                <th scope="col" className={`${CELL} text-right font-medium`}>
                  Debit
                </th>
                <th scope="col" className={`${CELL} text-right font-medium`}>
                  Credit
                </th>
              </tr>
            </thead>
            {ledger.data.entries.map((entry) => (
              <PostedFact
                key={entry.transactionId}
                entry={entry}
                at={exactTime(entry.occurredAt, timeZone, locale)}
                locale={locale}
              />
            ))}
            <Sums entries={ledger.data.entries} locale={locale} />
          </table>
        </Scrolling>
      )}
    </Panel>
  );
}

function PostedFact({
  entry,
  at,
  locale,
}: {
  entry: Ledger['entries'][number];
  at: string;
  locale: string | undefined;
}) {
  const amount = (minor: number) => (minor === 0 ? '' : money(minor, entry.currency, locale));
  return (
    <tbody className="border-b border-line">
      <tr>
        <th scope="rowgroup" colSpan={3} className={`${CELL} pt-3 text-left font-medium`}>
          {factText(entry.factKey)} <span className="font-normal text-muted">{at}</span>
        </th>
      </tr>
      {entry.lines.map((line) => (
        <tr key={`${line.account} ${line.debitMinor}`}>
          <td className={CELL}>{line.name}</td>
          <td className={NUMBER}>{amount(line.debitMinor)}</td>
          <td className={NUMBER}>{amount(line.creditMinor)}</td>
        </tr>
      ))}
    </tbody>
  );
}

/** Never across currencies: a settlement in another one has a line of its own. */
function Sums({ entries, locale }: { entries: Ledger['entries']; locale: string | undefined }) {
  const currencies = [...new Set(entries.map(({ currency }) => currency))];
  const sum = (currency: string, side: 'debitMinor' | 'creditMinor') =>
    entries
      .filter((entry) => entry.currency === currency)
      .flatMap(({ lines }) => lines)
      .reduce((total, line) => total + line[side], 0);
  return (
    <tfoot>
      {currencies.map((currency) => (
        <tr key={currency} className="font-medium">
          <th scope="row" className={`${CELL} text-left`}>
            Sum {currency}
          </th>
          <td className={NUMBER}>{money(sum(currency, 'debitMinor'), currency, locale)}</td>
          <td className={NUMBER}>{money(sum(currency, 'creditMinor'), currency, locale)}</td>
        </tr>
      ))}
    </tfoot>
  );
}
