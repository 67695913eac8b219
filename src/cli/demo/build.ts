import { once } from 'node:events';
import { UsageError } from '../command';
import { whileNobodyElseBuilds } from './build-lock';
import { killGroup, startNode, stopChild } from './child';
import { isFresh } from './freshness';
import { say, timed } from './terminal';

const STOP_LIMIT_MS = 5_000;

/** The two halves of `npm run build`, each with the file that it writes last. */
const PARTS = [
  {
    what: 'built the pages (next build)',
    output: '.next/BUILD_ID',
    args: ['node_modules/next/dist/bin/next', 'build'],
  },
  {
    what: 'bundled the server',
    output: 'dist/demo-server.js',
    args: ['--import', 'tsx', 'src/cli/build-server.ts'],
  },
];

/**
 * Builds pages and server, each unless nothing that it is made of has changed since.
 * @throws UsageError with the build's own output when it fails
 */
export async function ensureBuild(signal: AbortSignal): Promise<void> {
  await whileNobodyElseBuilds(signal, async () => {
    const fresh = await Promise.all(PARTS.map(({ output }) => isFresh(output)));
    if (fresh.every(Boolean)) say('  build is up to date, skipped');
    for (const [index, { what, args }] of PARTS.entries()) {
      if (!fresh[index]) await timed(what, () => run(args, signal));
    }
  });
}

async function run(args: readonly string[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = startNode(args, ['ignore', 'pipe', 'pipe']);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  // Its workers may outlive it by moments: they write to .next, so they end too.
  const stop = () => void stopChild(child, STOP_LIMIT_MS).then(() => killGroup(child));
  signal.addEventListener('abort', stop);
  const [code] = await once(child, 'close');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code !== 0)
    throw new UsageError(`${output.join('').trim()}\n\nThe build failed: node ${args.join(' ')}`);
}
