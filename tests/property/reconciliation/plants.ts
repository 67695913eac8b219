import { BOOKS_PLANTS } from './plants/books';
import { CASH_PLANTS } from './plants/cash';
import { PAYOUT_PLANTS } from './plants/payouts';
import type { Plant } from './plants/plant';
import { PROCESSOR_PLANTS } from './plants/processor';

/** Every kind of thing that may be wrong, by what it is. */
export const PLANTS: Record<string, Plant> = {
  ...PROCESSOR_PLANTS,
  ...BOOKS_PLANTS,
  ...PAYOUT_PLANTS,
  ...CASH_PLANTS,
};
