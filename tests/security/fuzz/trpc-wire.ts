import superjson from 'superjson';
import type { z } from 'zod';
import { ERROR_CODES } from '@/services/errors';
import { leakIn, shown } from './run';

export interface Procedure {
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  schema: z.ZodType | null;
}

/** As the typed client writes it; superjson itself refuses names such as `__proto__`, which a caller may send all the same. */
export function encode(input: unknown): string {
  try {
    return JSON.stringify(superjson.serialize(input));
  } catch {
    return JSON.stringify({ json: input }, (_name, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  }
}

export interface Answer {
  result?: unknown;
  error?: {
    json?: {
      message?: unknown;
      data?: { appCode?: string; code?: unknown; httpStatus?: unknown; requestId?: unknown };
    };
  };
}

/** What is wrong with a refusal; null: nothing. */
export function refusalProblem(status: number, { error }: Answer): string | null {
  const data = error?.json?.data;
  if (!data) return `not a refusal: ${shown(error)}`;
  if (status >= 500) return `${data.appCode} ${shown(error?.json?.message)} (request ${data.requestId})`;
  if (data.httpStatus !== status) return `says ${data.httpStatus}`;
  if (typeof data.requestId !== 'string') return 'has no request id';
  if (!data.appCode || !(data.appCode in ERROR_CODES) || data.appCode === 'NOT_VISIBLE')
    return `unknown code ${data.appCode}`;
  return leakIn(error?.json?.message);
}

export function proceduresOf(node: object, prefix = ''): Procedure[] {
  return Object.entries(node).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    if (typeof value !== 'function') return proceduresOf(value, `${path}.`);
    const [parser] = value._def.inputs;
    return [{ path, type: value._def.type, schema: parser?.schema ?? null }];
  });
}
