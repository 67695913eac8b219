import { expect, it } from 'vitest';
import { runCommand } from '../cli/run-command';

const PROGRAM = 'tests/integration/doors/fixtures/program.ts';

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s stops a program in order',
  async (signal) => {
    const { code, stdout } = await runCommand(
      PROGRAM,
      [],
      { NODE_ENV: 'test', LOG_LEVEL: 'silent' },
      { interrupt: { after: 'started', signal } },
    );
    expect([code, stdout]).toEqual([0, 'started\nstopped in order\n']);
  },
  30_000,
);
