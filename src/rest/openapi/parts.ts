import { z } from 'zod';
import { PAYMENT_STATUSES } from '@/domain/payment/status';

/** What the document says of one row of the table beside its path: only that the table does not know. */
export interface RowDoc {
  summary: string;
  /** Optional words of the query: name to meaning. */
  query?: Readonly<Record<string, string>>;
  body?: z.ZodType;
  /** What stands in the envelope's `data`. */
  answer: z.ZodType;
  /** 200 unless said. */
  status?: 201;
}

/** By `METHOD path`, as the table writes it. */
export type RowDocs = Readonly<Record<string, RowDoc>>;

/** Schemas with a name of their own in the document. */
export const named = z.registry<{ id: string }>();

/** Gives a schema its name in the document. */
export function name<S extends z.ZodType>(id: string, schema: S): S {
  named.add(schema, { id });
  return schema;
}

export const money = z.number().describe('Major units of the currency, such as 12.5');
export const percent = z.number().describe('Percent, 0 to 100');
export const count = z.int();
export const time = z.iso.datetime();
export const id = z.string();
export const currency = z.string().length(3);
export const severity = z.enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);
export const splitType = z.enum(['EQUAL', 'BY_ITEMS', 'BY_PERCENTAGE', 'BY_AMOUNT']);

/** What clients send for an amount: they round as they like. */
export const sentMoney = z.union([z.number(), z.string()]).describe('Major units; rounded half up here');

/** Requests: keys that are not named here are ignored. */
export const body = z.looseObject;

export const paymentStatus = z.enum(PAYMENT_STATUSES);
export const method = z
  .enum(['CREDIT_CARD', 'DEBIT_CARD', 'MOBILE_PAYMENT', 'CASH', 'CARD', 'DIGITAL_WALLET', 'CRYPTO'])
  .describe('CARD and DIGITAL_WALLET only in the list of a restaurant’s own people');
export const sentMethod = z
  .string()
  .describe('CREDIT_CARD, DEBIT_CARD, CARD, MOBILE_PAYMENT, DIGITAL_WALLET, WALLET or CASH, in any case');
export const sessionStatus = z.enum(['ACTIVE', 'ORDERING_LOCKED', 'PAYMENT_PENDING', 'CLOSED']);

/** What every list of payments understands. */
export const LIST_QUERY = {
  page: 'From 1',
  limit: 'Rows of a page; 50 unless said',
  dateFrom: 'ISO 8601; created at or after it',
  dateTo: 'ISO 8601; created before it',
  status: 'One or several statuses, in any case',
  method: 'One or several methods, by either name',
} as const;
