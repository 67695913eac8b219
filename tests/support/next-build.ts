import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { whileNobodyElseBuilds } from '@/cli/demo/build-lock';
import { isFresh } from '@/cli/demo/freshness';

const BUILD_LIMIT_MS = 180_000;

/** Builds Next.js once, unless a build newer than its sources is there. Test files that run at the same time wait for it. */
export async function ensureNextBuild(): Promise<void> {
  await whileNobodyElseBuilds(AbortSignal.timeout(2 * BUILD_LIMIT_MS), async () => {
    if (await isFresh('.next/BUILD_ID')) return;
    await promisify(execFile)(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      timeout: BUILD_LIMIT_MS,
    });
  });
}
