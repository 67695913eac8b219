import type { Settings } from './draft';

export const POOL_RULES: Record<Settings['tipPoolRule'], string> = {
  NONE: 'Everybody keeps the tips of their own orders',
  EQUAL: 'Pooled, in equal parts',
  BY_HOURS: 'Pooled, by hours worked',
  BY_POINTS: 'Pooled, by points',
};
