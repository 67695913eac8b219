import { expect, test } from 'vitest';
import type { HealthView } from '@/services/analytics/view';
import { healthBody } from './metrics';

const view = (score: number): HealthView => ({
  restaurantId: null,
  status: 'healthy',
  score,
  checkedAt: '2026-11-23T12:00:00.000Z',
  realtime: { restaurantId: null, currencies: [], at: '2026-11-23T12:00:00.000Z' },
  alerts: { total: 0, critical: 0, high: 0, medium: 0, low: 0 },
  recommendations: [],
  reasons: [],
});

test.each([
  [100, 'HEALTHY'],
  [90, 'HEALTHY'],
  [89, 'MONITORING'],
  [75, 'MONITORING'],
  [74, 'WARNING'],
  [60, 'WARNING'],
  [59, 'CRITICAL'],
  [0, 'CRITICAL'],
])('a score of %i is told to the existing clients as %s', (score, status) => {
  expect(healthBody(view(score))).toMatchObject({ status, score });
});
