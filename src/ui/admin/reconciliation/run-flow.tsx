import { ArrowRight } from 'lucide-react';
import { Badge } from '@/ui/kit/badge';
import { money } from '../format';
import { WAY_ORDER, WAY_TEXTS, type WayTotal } from './words';

/**
 * The money's path through the books as one line per currency: what each pair of sides says, and whether they agree. Ways that had
 * nothing to compare are left out.
 */
export function RunFlow({ totals, locale }: { totals: readonly WayTotal[]; locale: string | undefined }) {
  const currencies = [...new Set(totals.map(({ currency }) => currency))].sort();
  return (
    <>
      {currencies.map((currency) => {
        const own = totals.filter((total) => total.currency === currency);
        const ways = WAY_ORDER.flatMap((way) => own.filter((total) => total.way === way));
        return (
          <ol
            key={currency}
            aria-label={`The ways in ${currency}`}
            className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3"
          >
            {ways.map((total) => (
              <Step key={total.way} total={total} amount={(minor) => money(minor, currency, locale)} />
            ))}
          </ol>
        );
      })}
    </>
  );
}

function Step({ total, amount }: { total: WayTotal; amount(minor: number): string }) {
  const texts = WAY_TEXTS[total.way];
  return (
    <li className="grid content-start gap-2 rounded-2xl border border-line bg-surface p-4 text-sm">
      <p className="flex flex-wrap items-center justify-between gap-2 text-xs font-medium">
        {texts?.name ?? total.way}
        <Verdict total={total} amount={amount} />
      </p>
      <div className="grid grid-cols-[1fr_auto_1fr] items-end gap-2">
        <Side name={texts?.ours ?? 'Ours'} text={amount(total.oursMinor)} />
        <ArrowRight size={16} aria-hidden className="mb-1 text-muted" />
        <Side name={texts?.theirs ?? 'Theirs'} text={amount(total.theirsMinor)} />
      </div>
    </li>
  );
}

function Side({ name, text }: { name: string; text: string }) {
  return (
    <span className="grid">
      <span className="text-xs text-muted">{name}</span>
      <span className="tabular font-semibold">{text}</span>
    </span>
  );
}

/** Red is what somebody must look at; what is only not due yet is not. */
function Verdict({ total, amount }: { total: WayTotal; amount(minor: number): string }) {
  const hasBreaks =
    total.remainderMinor !== 0 ||
    total.classes.some((one) => one.class !== 'MATCHED' && one.class !== 'EXPECTED' && one.count > 0);
  if (hasBreaks) return <Badge tone="bad">difference {amount(total.differenceMinor)}</Badge>;
  if (total.differenceMinor !== 0) return <Badge>not due yet {amount(total.differenceMinor)}</Badge>;
  return <Badge tone="good">no difference</Badge>;
}
