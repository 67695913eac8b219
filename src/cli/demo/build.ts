import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { UsageError } from '../command';
import { BUILD_STAMP, buildFingerprint } from '../fingerprint';
import { killGroup, startNode, stopChild } from './child';
import { say, timed } from './terminal';

const OUTPUTS = ['.next/BUILD_ID', 'dist/main.js', 'dist/demo-server.js'];
const STOP_LIMIT_MS = 5_000;

/** The two halves of `npm run build`. */
const PARTS = [
  { what: 'built the pages (next build)', args: ['node_modules/next/dist/bin/next', 'build'] },
  { what: 'bundled the server', args: ['--import', 'tsx', 'src/cli/build-server.ts'] },
];

/**
 * Builds pages and server unless the last build was made of exactly what is here now.
 * @throws UsageError with the build's own output when it fails
 */
export async function ensureBuild(signal: AbortSignal): Promise<void> {
  if (await isUpToDate()) {
    say('  build is up to date, skipped');
    return;
  }
  for (const { what, args } of PARTS) await timed(what, () => run(args, signal));
}

async function isUpToDate(): Promise<boolean> {
  try {
    const [stamp] = await Promise.all([
      readFile(BUILD_STAMP, 'utf8'),
      ...OUTPUTS.map((file) => access(file)),
    ]);
    return JSON.parse(stamp).fingerprint === (await buildFingerprint());
  } catch {
    return false;
  }
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
