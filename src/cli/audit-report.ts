/** What `npm audit --json` said: what was found, or why nothing could be asked. */
export type AuditVerdict = { asked: false; why: string } | { asked: true; isClean: boolean; summary: string };

const SERIOUS = ['high', 'critical'] as const;

/**
 * Reads a report of npm (auditReportVersion 2). Only known weaknesses of packages that production installs count, from "high" on;
 * a registry that has no such report, or cannot be reached, is not a finding.
 */
export function auditVerdict(output: string): AuditVerdict {
  const report = parsed(output);
  const counts = report?.metadata?.vulnerabilities;
  if (!counts) return { asked: false, why: report?.message ?? 'npm audit gave no report' };
  const serious = SERIOUS.map((level) => counts[level] ?? 0).reduce((sum, count) => sum + count, 0);
  const names = Object.values(report?.vulnerabilities ?? {})
    .filter(({ severity }) => SERIOUS.some((level) => level === severity))
    .map(({ name, severity }) => `${name} (${severity})`);
  const summary =
    serious === 0 ? 'no high or critical weakness known' : `known weaknesses: ${names.join(', ')}`;
  return { asked: true, isClean: serious === 0, summary };
}

interface Report {
  message?: string;
  metadata?: { vulnerabilities?: Partial<Record<string, number>> };
  vulnerabilities?: Record<string, { name: string; severity: string }>;
}

/** npm writes its complaints before and after the report. */
function parsed(output: string): Report | null {
  try {
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  } catch {
    return null;
  }
}
