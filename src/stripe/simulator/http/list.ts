import type Stripe from 'stripe';
import type { Collection } from '../collection';
import { invalidRequest } from '../errors';
import type { Call } from './operation';
import { integer, string, type TimeRange, timeRange } from './params';

/** Parameters of every list. */
export const PAGE = { limit: integer(1), starting_after: string(), ending_before: string() };
/** Lists that filter on creation time. */
export const DATED_PAGE = { ...PAGE, created: timeRange() };

export interface PageParams {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
}

export function inRange(value: number, range: TimeRange | undefined): boolean {
  if (range === undefined) return true;
  const { gt, gte, lt, lte } = range;
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  );
}

/** One page, newest first. A cursor that does not exist is a resource_missing that names it. */
export function listPage<T extends { id: string }>(
  call: Call,
  collection: Collection<T>,
  params: PageParams,
  keep: (item: T) => boolean,
): Stripe.ApiList<T> {
  const limit = params.limit ?? 10;
  if (limit > 100) {
    throw invalidRequest('This value must be less than or equal to 100.', {
      param: 'limit',
      code: 'parameter_invalid_integer',
    });
  }
  const { starting_after: after, ending_before: before } = params;
  if (after !== undefined && before !== undefined) {
    throw invalidRequest('You cannot parameterize ending_before and starting_after simultaneously.', {
      code: 'parameters_exclusive',
      param: 'ending_before',
    });
  }
  const start =
    cursorPosition(collection, after, 'starting_after', -1) ??
    cursorPosition(collection, before, 'ending_before', 1) ??
    collection.end;
  const data: T[] = [];
  let more = false;
  for (const item of collection.walk(start, before === undefined ? -1 : 1)) {
    if (!keep(item)) continue;
    if (data.length === limit) {
      more = true;
      break;
    }
    data.push(item);
  }
  if (before !== undefined) data.reverse();
  return { object: 'list', data, has_more: more, url: call.path };
}

function cursorPosition<T extends { id: string }>(
  collection: Collection<T>,
  cursor: string | undefined,
  param: string,
  step: number,
): number | undefined {
  if (cursor === undefined) return undefined;
  collection.get(cursor, param);
  return collection.positionOf(cursor) + step;
}
