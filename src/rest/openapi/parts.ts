import { z } from 'zod';
import { PAYMENT_STATUSES } from '@/domain/payment/status';

/** The documentation of one route: what the route table does not say. */
export interface RowDoc {
  summary: string;
  /** Optional query parameters: name to description. */
  query?: Readonly<Record<string, string>>;
  body?: z.ZodType;
  /** The envelope's `data`. */
  answer: z.ZodType;
  /** Default: 200. */
  status?: 201;
}

/** By `METHOD path`, as in the route table. */
export type RowDocs = Readonly<Record<string, RowDoc>>;

/** Schemas that are named components of the document. */
export const named = z.registry<{ id: string }>();

/** Makes a schema a named component. */
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

/** An amount in a request. Clients do not round it. */
export const sentMoney = z.union([z.number(), z.string()]).describe('Major units; rounded half up here');

/** A request body: unknown keys are ignored. */
export const body = z.looseObject;

export const paymentStatus = z.enum(PAYMENT_STATUSES);
export const method = z
  .enum(['CREDIT_CARD', 'DEBIT_CARD', 'MOBILE_PAYMENT', 'CASH', 'CARD', 'DIGITAL_WALLET', 'CRYPTO'])
  .describe('CARD and DIGITAL_WALLET only in the list of a restaurant’s own people');
export const sentMethod = z
  .string()
  .describe('CREDIT_CARD, DEBIT_CARD, CARD, MOBILE_PAYMENT, DIGITAL_WALLET, WALLET or CASH, in any case');
export const sessionStatus = z.enum(['ACTIVE', 'ORDERING_LOCKED', 'PAYMENT_PENDING', 'CLOSED']);

/** Query parameters of every list of payments. */
export const LIST_QUERY = {
  page: 'From 1',
  limit: 'Rows of a page; default and maximum: 1000, for admins 10000',
  dateFrom: 'ISO 8601; created at or after it',
  dateTo: 'ISO 8601; created before it',
  status: 'One or several statuses, in any case',
  method: 'One or several methods, by either name',
} as const;
