// Known weaknesses of the packages that production installs: npx tsx src/cli/audit.ts. Fails from "high" on.
import { spawnSync } from 'node:child_process';
import { auditVerdict } from './audit-report';

const LIMIT_MS = 120_000;
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
  encoding: 'utf8',
  timeout: LIMIT_MS,
  maxBuffer: 50 * 1024 * 1024,
});
const verdict = auditVerdict(stdout ?? '');
if (!verdict.asked) console.log(`dependency audit: NOT RUN (${verdict.why})`);
else {
  console.log(`dependency audit: ${verdict.summary}`);
  if (!verdict.isClean) process.exitCode = 1;
}
