import { expect, it } from 'vitest';
import { auditVerdict } from './audit-report';

const report = (high: number, critical: number) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      ...(high > 0 && { left: { name: 'left', severity: 'high' } }),
      ...(critical > 0 && { right: { name: 'right', severity: 'critical' } }),
      low: { name: 'low', severity: 'low' },
    },
    metadata: { vulnerabilities: { info: 0, low: 1, moderate: 2, high, critical, total: 3 } },
  });

it('weaknesses below "high" do not fail', () => {
  expect(auditVerdict(report(0, 0))).toMatchObject({ asked: true, isClean: true });
});

it.each([
  [1, 0, 'left (high)'],
  [0, 1, 'right (critical)'],
])('%i high and %i critical fail, and are named', (high, critical, named) => {
  expect(auditVerdict(report(high, critical))).toMatchObject({
    asked: true,
    isClean: false,
    summary: expect.stringContaining(named),
  });
});

it('words of npm around the report do not hide it', () => {
  expect(auditVerdict(`npm warn x\n${report(1, 0)}\nnpm error y`)).toMatchObject({ isClean: false });
});

it.each([
  [
    'a registry without such a report',
    '{"message":"405 Method Not Allowed","method":"POST"}',
    '405 Method Not Allowed',
  ],
  ['no network', '{"message":"request to https://registry.npmjs.org failed","error":{}}', 'failed'],
  ['no output at all', '', 'no report'],
  ['something else than JSON', 'npm error { oops', 'no report'],
])('%s is told, and fails nothing', (_what, output, why) => {
  expect(auditVerdict(output)).toMatchObject({ asked: false, why: expect.stringContaining(why) });
});
