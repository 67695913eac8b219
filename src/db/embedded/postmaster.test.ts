import { expect, test } from 'vitest';
import { stopServer } from './postmaster';

const home = { directory: '/nowhere', account: null, isElsewhere: false, isNew: false };
const binaries = { directory: '/nowhere', version: '', major: 0 };

// The signal would go to this very process and all beside it.
test.each([0, -1, 1, Number.NaN])(
  'a process id %d of a broken lock file is no server to be stopped',
  async (pid) => {
    await expect(stopServer(home, '/nowhere/cluster', binaries, pid)).rejects.toThrow(
      'no process id of a server',
    );
  },
);
