import { expect, it } from 'vitest';
import { runCommand } from '../cli/run-command';

/** A program that waits to be stopped. */
const PROGRAM = `
  const { runProgram } = await import('./src/server/program.ts');
  await runProgram(async () => {
    const alive = setInterval(() => undefined, 1_000);
    const stop = async () => {
      clearInterval(alive);
      process.stdout.write('stopped in order\\n');
    };
    return { stop };
  }, 'this test');
  process.stdout.write('started\\n');
`;

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s stops a program in order',
  async (signal) => {
    const { code, stdout, stderr } = await runCommand(
      '--input-type=module',
      ['--eval', PROGRAM],
      { NODE_ENV: 'test', LOG_LEVEL: 'silent' },
      { interrupt: { after: 'started', signal } },
    );
    expect([code, stdout], stderr).toEqual([0, 'started\nstopped in order\n']);
  },
  30_000,
);
