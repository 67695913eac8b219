import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createFakeTime } from './faketime';

const run = promisify(execFile);
const fakeTime = await createFakeTime();

it.skipIf(fakeTime === null)('a process sees the clock wrong by what it was set to, both ways', async () => {
  if (fakeTime === null) return;
  const seen = async () => {
    const env = { ...process.env, ...fakeTime.env };
    const { stdout } = await run(process.execPath, ['-p', 'Date.now()'], { env });
    return Number(stdout) - Date.now();
  };
  try {
    await fakeTime.set(3_600_000);
    expect(await seen()).toBeGreaterThan(3_500_000);
    await fakeTime.set(-3_600_000);
    expect(await seen()).toBeLessThan(-3_500_000);
  } finally {
    await fakeTime.remove();
  }
});
