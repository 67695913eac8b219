import { sumMinor } from '@/domain/money';
import {
  ITEM_CLASSES,
  type ItemClass,
  isBreak,
  type Sides,
  WAYS,
  type Way,
} from '@/domain/reconciliation/verdict';
import type { ClassTotal, WayTotal } from './schemas';

type Class = ClassTotal['class'];
type Sum = { count: number; oursMinor: number; theirsMinor: number };
type Account = { classes: Map<Class, Sum>; control: { oursMinor: number; theirsMinor: number } };

const ORDER: readonly Class[] = ['MATCHED', ...ITEM_CLASSES];

/**
 * The sums of a run while it goes on: memory for ways, currencies and classes alone, however many subjects there are.
 */
export class Totals {
  readonly #accounts = new Map<string, Account>();
  breakCount = 0;

  /** Subjects that matched, summed by the database or one by one. */
  addMatched(way: Way, sum: Sum & { currency: string }): void {
    this.#add(way, sum.currency, 'MATCHED', sum);
  }

  /** One judged subject. Amounts of two currencies stand in the sums of each their own. */
  addSubject(way: Way, itemClass: Class, sides: Omit<Sides, 'ageSec'>): void {
    const { currency, theirsCurrency } = sides;
    const oursMinor = sides.oursMinor ?? 0;
    const theirsMinor = sides.theirsMinor ?? 0;
    if (itemClass !== 'MATCHED' && isBreak(itemClass)) this.breakCount++;
    if (theirsCurrency === null || theirsCurrency === currency) {
      this.#add(way, currency, itemClass, { count: 1, oursMinor, theirsMinor });
      return;
    }
    this.#add(way, currency, itemClass, { count: 1, oursMinor, theirsMinor: 0 });
    this.#add(way, theirsCurrency, itemClass, { count: 0, oursMinor: 0, theirsMinor });
  }

  /** What one side is in sum, counted on its own. */
  addControl(way: Way, row: { currency: string; side: string; minor: number }): void {
    const { control } = this.#account(way, row.currency);
    const side = row.side === 'ours' ? 'oursMinor' : 'theirsMinor';
    control[side] = sumMinor([control[side], row.minor]);
  }

  /** By way and currency, in a fixed order. */
  toList(): WayTotal[] {
    return WAYS.flatMap((way) =>
      [...this.#accounts]
        .filter(([key]) => key.startsWith(`${way} `))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, account]) => totalOf(way, key.slice(way.length + 1), account)),
    );
  }

  #add(way: Way, currency: string, itemClass: Class, sum: Sum): void {
    const { classes } = this.#account(way, currency);
    const known = classes.get(itemClass) ?? { count: 0, oursMinor: 0, theirsMinor: 0 };
    classes.set(itemClass, {
      count: known.count + sum.count,
      oursMinor: sumMinor([known.oursMinor, sum.oursMinor]),
      theirsMinor: sumMinor([known.theirsMinor, sum.theirsMinor]),
    });
  }

  #account(way: Way, currency: string): Account {
    const key = `${way} ${currency}`;
    const account = this.#accounts.get(key) ?? {
      classes: new Map(),
      control: { oursMinor: 0, theirsMinor: 0 },
    };
    this.#accounts.set(key, account);
    return account;
  }
}

function totalOf(way: Way, currency: string, { classes, control }: Account): WayTotal {
  const totals = ORDER.flatMap((itemClass): ClassTotal[] => {
    const sum = classes.get(itemClass);
    return sum ? [{ class: itemClass, ...sum, differenceMinor: sum.theirsMinor - sum.oursMinor }] : [];
  });
  const sumOf = (key: 'oursMinor' | 'theirsMinor') => sumMinor(totals.map((total) => total[key]));
  const oursMinor = sumOf('oursMinor');
  const theirsMinor = sumOf('theirsMinor');
  const differenceMinor = theirsMinor - oursMinor;
  return {
    way,
    currency,
    classes: totals,
    oursMinor,
    theirsMinor,
    differenceMinor,
    control,
    remainderMinor: control.theirsMinor - control.oursMinor - differenceMinor,
  };
}

/** A break's class, for callers that know it is no match. */
export type BreakClass = Exclude<ItemClass, 'EXPECTED'>;
