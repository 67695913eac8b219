export const ALERT_KINDS = [
  'FAILURE_RATE',
  'PENDING_AGE',
  'REFUND_RATE',
  'WEBHOOK_LAG',
  'DEAD_LETTERS',
  'DISPUTE_DEADLINE',
  'RECONCILIATION',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
export type AlertSeverity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** From where on each kind is out of the ordinary; the unit is in the name. */
export interface AlertThresholds {
  failureRatePercent: number;
  pendingAgeMinutes: number;
  refundRatePercent: number;
  webhookLagSeconds: number;
  deadLetters: number;
  disputeDeadlines: number;
  reconciliationBreaks: number;
}

const THRESHOLD_OF = {
  FAILURE_RATE: 'failureRatePercent',
  PENDING_AGE: 'pendingAgeMinutes',
  REFUND_RATE: 'refundRatePercent',
  WEBHOOK_LAG: 'webhookLagSeconds',
  DEAD_LETTERS: 'deadLetters',
  DISPUTE_DEADLINE: 'disputeDeadlines',
  RECONCILIATION: 'reconciliationBreaks',
} as const satisfies Record<AlertKind, keyof AlertThresholds>;

/** Kinds of which even one is somebody's lost money or missed deadline. */
const GRAVE: ReadonlySet<AlertKind> = new Set<AlertKind>([
  'DEAD_LETTERS',
  'DISPUTE_DEADLINE',
  'RECONCILIATION',
]);

/** Thresholds that a restaurant may set for itself; null: the platform's counts. */
export type OwnThresholds = {
  [name in 'failureRatePercent' | 'pendingAgeMinutes' | 'refundRatePercent']: number | null;
};

/** From where on a kind is out of the ordinary: as the restaurant has set it, else as the platform has. */
export function thresholdOf(
  kind: AlertKind,
  thresholds: AlertThresholds,
  own: Partial<OwnThresholds> = {},
): number {
  const name = THRESHOLD_OF[kind];
  const ownValue = name in own ? own[name as keyof OwnThresholds] : null;
  return ownValue ?? thresholds[name];
}

/**
 * Whether an alert is open now: it opens at its threshold, and closes only at four fifths of it or less, so that a figure
 * around the threshold does not open and close it all the time.
 */
export function isAlertOpen(wasOpen: boolean, value: number, threshold: number): boolean {
  return value >= threshold || (wasOpen && value > threshold * 0.8);
}

/** By kind, and by how far the figure is beyond its threshold. */
export function severityOf(kind: AlertKind, value: number, threshold: number): AlertSeverity {
  const times = threshold > 0 ? value / threshold : value;
  if (GRAVE.has(kind)) return times >= 5 ? 'CRITICAL' : 'HIGH';
  if (times >= 3) return 'CRITICAL';
  if (times >= 2) return 'HIGH';
  return times >= 1 ? 'MEDIUM' : 'LOW';
}

const POINTS: Record<AlertSeverity, number> = { CRITICAL: 30, HIGH: 15, MEDIUM: 8, LOW: 3 };

/** Points that an open alert takes off the health score. */
export function pointsOf(severity: AlertSeverity): number {
  return POINTS[severity];
}

/** 100 less the points of all open alerts; never below 0. */
export function healthScore(severities: readonly AlertSeverity[]): number {
  return Math.max(0, 100 - severities.reduce((sum, severity) => sum + POINTS[severity], 0));
}

export function healthStatus(score: number): 'healthy' | 'degraded' | 'unhealthy' {
  if (score >= 90) return 'healthy';
  return score >= 60 ? 'degraded' : 'unhealthy';
}
