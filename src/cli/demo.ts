// Everything from nothing, told step by step: npm run demo (stays up), npm run demo -- --exit (ends, 0 when all held)
import { type Env, env } from '@/env';
import { endProcess, explain, parseOptions, UsageError } from './command';
import { ensureBuild } from './demo/build';
import { CHAPTERS } from './demo/chapters';
import { printGoOn } from './demo/go-on';
import { watchLive } from './demo/live';
import { writeRecord } from './demo/record';
import { assertDatabaseFree, assertPortFree, type DemoServer, startBuiltServer } from './demo/server';
import { setStage } from './demo/stage';
import { watchSignals } from './demo/stop-signals';
import { createStory } from './demo/story';
import { bold, say, timed } from './demo/terminal';

/** What the shell expects of a program that Ctrl-C ended before its work was done. */
const INTERRUPTED = 130;

const stop = watchSignals();
const story = createStory(() => stop.signal.aborted);
let server: DemoServer | null = null;
let isTold = false;

try {
  await run();
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(`\n${explain(error)}`);
    process.exitCode = 1;
  }
}
await stopServer();
if (stop.signal.aborted && !isTold) process.exitCode = INTERRUPTED;
else if (story.failed > 0) process.exitCode = 1;
if (story.steps > 0) say(`demo: ${story.steps} steps, ${story.failed} failed`);
await endProcess();

async function run(): Promise<void> {
  const { values } = parseOptions({ exit: { type: 'boolean', default: false } });
  const settings = env();
  assertPlayable(settings);
  await assertPortFree(settings);
  await assertDatabaseFree(settings);

  say(bold('Tabsy payments, from nothing to a paid bill'));
  await ensureBuild(stop.signal);
  const running = await timed('started PostgreSQL, Stripe simulator and server', () =>
    startBuiltServer(settings, stop.signal),
  );
  server = running;
  stop.onForce(() => running.kill());
  const stage = await setStage(settings, running.url);
  const live = await watchLive(running.url, stage.tokens.admin);
  try {
    for (const { title, tell } of CHAPTERS) await story.chapter(title, () => tell(stage, story));
    await live.check(stage, story);
    if (stop.signal.aborted) return;
    isTold = true;
    const file = await writeRecord(stage);
    say(`\nWrote ${file}`);
    if (values.exit) return;
    await printGoOn(stage, running, file);
    say(`\ndemo: ${story.steps} steps, ${story.failed} failed`);
  } finally {
    await live.close();
    await stage.close();
  }
  await Promise.race([stop.aborted, running.ended]);
  if (!stop.signal.aborted) throw new UsageError(`The server ended by itself: see ${running.logFile}`);
}

async function stopServer(): Promise<void> {
  if (!server) return;
  const running = server;
  say();
  await timed('stopped server, simulator and database', () => running.stop());
}

/** The demo plays with the simulator's cards and writes people and bills: neither belongs to anybody's real set-up. */
function assertPlayable(settings: Env): void {
  if (!settings.simulator) {
    throw new UsageError(
      'The demo pays with the built-in simulator: unset STRIPE_SECRET_KEY (also in .env).',
    );
  }
  if (!settings.embeddedDatabase && !settings.demoSeed) {
    throw new UsageError(
      'The demo writes people and bills into the database of DATABASE_URL: set DEMO_SEED=true if that is meant, or unset DATABASE_URL (also in .env).',
    );
  }
  if (!settings.auth.jwtSecret) {
    throw new UsageError('The demo signs its own logins: unset JWT_JWKS_URL (also in .env).');
  }
}
