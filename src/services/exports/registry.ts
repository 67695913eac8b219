import type { ExportKind } from './kind';
import { discrepancies } from './kinds/discrepancies';
import { ledger } from './kinds/ledger';
import { payments } from './kinds/payments';
import { payouts } from './kinds/payouts';
import { reconciliationRun } from './kinds/reconciliation-run';
import { refunds } from './kinds/refunds';
import { settlement } from './kinds/settlement';
import { tips } from './kinds/tips';
import { zReport } from './kinds/z-report';

/** Every kind of export by the name that addresses and jobs use. */
export const EXPORT_KINDS = {
  payments,
  refunds,
  payouts,
  tips,
  'z-report': zReport,
  ledger,
  settlement,
  discrepancies,
  'reconciliation-run': reconciliationRun,
} as const satisfies Record<string, ExportKind>;

export type ExportName = keyof typeof EXPORT_KINDS;
export const EXPORT_NAMES = Object.keys(EXPORT_KINDS) as [ExportName, ...ExportName[]];

export function exportKindOf(name: string): ExportKind | null {
  return Object.hasOwn(EXPORT_KINDS, name) ? EXPORT_KINDS[name as ExportName] : null;
}
