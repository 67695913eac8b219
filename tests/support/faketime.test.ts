import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { it } from 'vitest';
import { createFakeTime } from './faketime';

const fakeTime = await createFakeTime();

it.skipIf(fakeTime === null)(
  'a running process sees the clock wrong by what it is set to, both ways',
  async () => {
    if (fakeTime === null) return;
    const print = 'setInterval(() => console.log(Date.now()), 100)';
    const child = spawn(process.execPath, ['-e', print], { env: { ...process.env, ...fakeTime.env } });
    const errors = createInterface(child.stdout)[Symbol.asyncIterator]();
    const seenBy = async (isReached: (errorMs: number) => boolean) => {
      for (;;) {
        const { value } = await errors.next();
        if (isReached(Number(value) - Date.now())) return;
      }
    };
    try {
      await seenBy((errorMs) => Math.abs(errorMs) < 60_000);
      await fakeTime.set(3_600_000);
      await seenBy((errorMs) => errorMs > 3_500_000);
      await fakeTime.set(-3_600_000);
      await seenBy((errorMs) => errorMs < -3_500_000);
    } finally {
      child.kill();
      await fakeTime.remove();
    }
  },
);
