// Examines configuration, database and Stripe account: npm run doctor [-- --fix]. Ends with 1 when something is broken.
import { judgedEnv } from '@/env';
import { parseOptions, runCommand } from './command';
import { examine } from './doctor/examine';

const MARKS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

await runCommand(async () => {
  const { values } = parseOptions({ fix: { type: 'boolean', default: false } });
  const findings = await examine(judgedEnv(), { fix: values.fix });
  for (const { level, item, text } of findings) console.log(`${MARKS[level]}  ${item}: ${text}`);
  const count = (level: keyof typeof MARKS) => findings.filter((finding) => finding.level === level).length;
  console.log(`doctor: ${count('ok')} ok, ${count('warn')} warnings, ${count('fail')} failures`);
  if (count('fail') > 0) process.exitCode = 1;
});
