import { z } from 'zod';
import { amountMinor, moment } from '../payments/schemas';

/** Filters as they come from an address, a stored job or a caller: texts are read as what they stand for. */

/** One value or several. */
export const oneOrMany = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(item).max(10),
  );

const fromText = (read: (text: string) => unknown) => (given: unknown) =>
  typeof given === 'string' ? read(given) : given;

/** ISO 8601 with a zone. */
export const instant = z.preprocess(
  fromText((text) => (z.iso.datetime({ offset: true }).safeParse(text).success ? new Date(text) : text)),
  moment,
);
/** Digits. */
export const wholeMinor = z.preprocess(
  fromText((text) => (/^\d{1,10}$/.test(text) ? Number(text) : text)),
  amountMinor,
);
export const wholeNumber = z.preprocess(
  fromText((text) => (/^\d{1,9}$/.test(text) ? Number(text) : text)),
  z.int().min(1),
);
export const yesOrNo = z.preprocess(
  fromText((text) => ({ true: true, false: false })[text] ?? text),
  z.boolean(),
);

/** Business days, both included. */
export const period = { fromDay: z.iso.date().optional(), toDay: z.iso.date().optional() };
