import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ALERT_KINDS,
  healthScore,
  healthStatus,
  isAlertOpen,
  pointsOf,
  severityOf,
  thresholdOf,
} from './alert';

it('an alert opens at its threshold, stays until four fifths of it, and does not flutter in between', () => {
  expect([isAlertOpen(false, 19.9, 20), isAlertOpen(false, 20, 20)]).toEqual([false, true]);
  expect([isAlertOpen(true, 16.1, 20), isAlertOpen(true, 16, 20)]).toEqual([true, false]);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 16.01, max: 19.99, noNaN: true })),
      fc.boolean(),
      (values, start) => {
        let isOpen = start;
        for (const value of values) isOpen = isAlertOpen(isOpen, value, 20);
        expect(isOpen).toBe(start);
      },
    ),
  );
});

it('one dead letter is HIGH at once, and a rate’s severity grows with its distance from the threshold', () => {
  expect(severityOf('DEAD_LETTERS', 1, 1)).toBe('HIGH');
  expect(severityOf('DEAD_LETTERS', 5, 1)).toBe('CRITICAL');
  expect([17, 20, 40, 60].map((value) => severityOf('FAILURE_RATE', value, 20))).toEqual([
    'LOW',
    'MEDIUM',
    'HIGH',
    'CRITICAL',
  ]);
});

it('every kind has a threshold', () => {
  const thresholds = {
    failureRatePercent: 1,
    pendingAgeMinutes: 2,
    refundRatePercent: 3,
    webhookLagSeconds: 4,
    deadLetters: 5,
    disputeDeadlines: 6,
    reconciliationBreaks: 7,
  };
  expect(ALERT_KINDS.map((kind) => thresholdOf(kind, thresholds))).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('health is 100 less the points of open alerts, never below 0', () => {
  expect(healthScore([])).toBe(100);
  expect(healthScore(['HIGH', 'LOW'])).toBe(100 - pointsOf('HIGH') - pointsOf('LOW'));
  expect(healthScore(Array.from({ length: 9 }, () => 'CRITICAL' as const))).toBe(0);
  expect([100, 90, 89, 60, 59, 0].map(healthStatus)).toEqual([
    'healthy',
    'healthy',
    'degraded',
    'degraded',
    'unhealthy',
    'unhealthy',
  ]);
});

it('a restaurant’s own threshold comes before the platform’s, for the kinds that have one', () => {
  const platform = {
    failureRatePercent: 20,
    pendingAgeMinutes: 75,
    refundRatePercent: 10,
    webhookLagSeconds: 60,
    deadLetters: 1,
    disputeDeadlines: 2,
    reconciliationBreaks: 3,
  };
  const own = { failureRatePercent: 35, pendingAgeMinutes: null, refundRatePercent: null };
  expect(ALERT_KINDS.map((kind) => thresholdOf(kind, platform, own))).toEqual([35, 75, 10, 60, 1, 2, 3]);
  expect(ALERT_KINDS.map((kind) => thresholdOf(kind, platform))).toEqual([20, 75, 10, 60, 1, 2, 3]);
});

it('dead letters, deadlines of disputes and breaks are grave, rates and ages are not', () => {
  const grave = ALERT_KINDS.filter((kind) => severityOf(kind, 1, 1) === 'HIGH');
  expect(grave).toEqual(['DEAD_LETTERS', 'DISPUTE_DEADLINE', 'RECONCILIATION']);
  expect([4.9, 5].map((value) => severityOf('RECONCILIATION', value, 1))).toEqual(['HIGH', 'CRITICAL']);
  expect([19.9, 39.9, 59.9].map((value) => severityOf('REFUND_RATE', value, 20))).toEqual([
    'LOW',
    'MEDIUM',
    'HIGH',
  ]);
});

it('where nothing at all is allowed, the figure itself says how far it is beyond', () => {
  expect([0, 1, 2, 3].map((value) => severityOf('WEBHOOK_LAG', value, 0))).toEqual([
    'LOW',
    'MEDIUM',
    'HIGH',
    'CRITICAL',
  ]);
});
