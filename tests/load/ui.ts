import type { Browser, BrowserContext, Page } from 'playwright';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { updateMetrics } from '@/services/analytics/update';
import { startTestApp, type TestApp } from '../support/app';
import { launchBrowser } from '../support/browser';
import { firstLoadBytes } from '../support/first-load';
import { type FullHouse, openFullHouse } from '../support/full-house';
import { ensureNextBuild } from '../support/next-build';
import { PAGES } from '../support/pages';
import type { BenchOptions } from './bench';
import { startBenchDatabase } from './database';
import { type Figure, median, note, percentile, rounded } from './report';
import { seedYear } from './seed-year';

const PAYMENTS = 100_000;
const REPEATS = 5;
const PASSWORD = 'correct-horse-battery';
const JS_TARGET_KB = 250;
const USABLE_TARGET_MS = 1_000;
const FRAME_TARGET_MS = 50;
/** As fast as a person turns a wheel: 3,000 pixels a second, in steps of a frame. */
const SCROLL = { stepPx: 50, steps: 600 };

/** How soon the admin pages can be used, how they scroll through 100,000 payments, and how much script they load first. */
export async function benchUi({ rows = PAYMENTS }: BenchOptions): Promise<Figure[]> {
  await ensureNextBuild();
  const database = await startBenchDatabase();
  const browser = await launchBrowser();
  try {
    const scripts = await measureScripts(await database.copy('bench_house'));
    const url = await database.copy('bench_ui');
    await seedYear((sql) => database.run(sql, 'bench_ui'), rows);
    const pool = poolOf(url);
    await updateMetrics({ db: createDb(pool) });
    const app = await startTestApp({
      mount: 'next',
      env: { LOG_LEVEL: 'error' },
      database: { url, pool, drop: () => pool.end() },
    });
    try {
      const context = await signedIn(app, browser);
      return [
        ...scripts,
        await measureUsable(app, context, '/admin/payments', 'table of payments'),
        await measureUsable(app, context, '/admin', 'overview'),
        await measureScrolling(app, context, rows),
      ];
    } finally {
      await app.server.stop();
      await pool.end();
    }
  } finally {
    await browser.close();
    await database.stop();
  }
}

async function signedIn(app: TestApp, browser: Browser): Promise<BrowserContext> {
  const email = 'admin-bench@example.com';
  await app.server.app.login.savePerson({
    email,
    name: 'Ada Lovelace',
    password: PASSWORD,
    role: 'admin',
    platformUserId: null,
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.request.post(`${app.url}/api/auth/sign-in/email`, {
    data: { email, password: PASSWORD },
    headers: { origin: app.url },
  });
  return context;
}

const poolOf = (url: string) =>
  createPool({ url, max: 2, applicationName: 'bench-ui', onError: () => undefined });

async function measureScripts(url: string): Promise<Figure[]> {
  const pool = poolOf(url);
  const house = await openFullHouse({ url, pool, drop: () => pool.end() });
  try {
    return await scriptsOf(house, await house.open('admin'));
  } finally {
    await house.stop();
    await pool.end();
  }
}

async function scriptsOf({ app, ids }: FullHouse, context: BrowserContext): Promise<Figure[]> {
  const found: { name: string; kb: number }[] = [];
  for (const { name, route, path, as } of PAGES) {
    if (as !== 'admin' || route === null) continue;
    const answer = await context.request.get(app.url + path(ids));
    if (!answer.ok()) throw new Error(`${path(ids)} answered ${answer.status()}`);
    found.push({ name, kb: (await firstLoadBytes(await answer.text())) / 1000 });
  }
  found.sort((a, b) => b.kb - a.kb);
  note(found.map(({ name, kb }) => `${name} ${kb.toFixed(0)}`).join(', '));
  const [largest] = found;
  if (!largest) throw new Error('no admin page was measured');
  return [
    figure(
      `first-load JavaScript of the largest admin page (${largest.name})`,
      largest.kb,
      'kB gzip',
      JS_TARGET_KB,
    ),
  ];
}

/** From the click on a link outside to the first row or figure on the page, with an empty cache each time. */
async function measureUsable(
  app: TestApp,
  context: BrowserContext,
  path: string,
  what: string,
): Promise<Figure> {
  const times: number[] = [];
  // The first visit warms the server up, as its first visitor does.
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    const startedMs = performance.now();
    await page.goto(app.url + path, { waitUntil: 'commit' });
    await firstContent(page, path);
    times.push(performance.now() - startedMs);
    await page.close();
  }
  const measured = times.slice(1);
  note(
    `${what}: ${measured.map((ms) => ms.toFixed(0)).join(', ')} ms, first of all ${times[0]?.toFixed(0)} ms`,
  );
  return figure(`usable ${what}, median of ${REPEATS}`, median(measured), 'ms', USABLE_TARGET_MS);
}

async function firstContent(page: Page, path: string): Promise<void> {
  if (path === '/admin') await page.getByRole('main').getByText('Revenue').first().waitFor();
  else await page.locator('tr[data-index="0"]').waitFor();
}

/** Down the table at an even speed while it loads page after page; every frame between is timed by the browser itself. */
async function measureScrolling(app: TestApp, context: BrowserContext, rows: number): Promise<Figure> {
  const page = await context.newPage();
  await page.goto(`${app.url}/admin/payments`);
  await page.locator('tr[data-index="0"]').waitFor();
  const frames = (await page.evaluate(SCROLL_SCRIPT)) as number[];
  const last = await page.locator('tr[data-index]').last().getAttribute('data-index');
  note(
    `scrolled to row ${last} of ${rows}; frames: median ${median(frames).toFixed(1)} ms, longest ${Math.max(...frames).toFixed(0)} ms`,
  );
  await page.close();
  return {
    ...figure(`frame while scrolling ${rows} payments, p95`, percentile(frames, 95), 'ms', FRAME_TARGET_MS),
    target: `<= ${FRAME_TARGET_MS} ms`,
  };
}

const SCROLL_SCRIPT = `new Promise((resolve) => {
  const scroller = document.querySelector('tr[data-index]').closest('div');
  const frames = [];
  let before = performance.now();
  let step = 0;
  const next = (now) => {
    frames.push(now - before);
    before = now;
    scroller.scrollTop += ${SCROLL.stepPx};
    if (++step < ${SCROLL.steps}) requestAnimationFrame(next);
    else resolve(frames.slice(1));
  };
  requestAnimationFrame(next);
})`;

function figure(name: string, value: number, unit: string, target: number): Figure {
  return {
    name,
    value: rounded(value),
    unit,
    floor: null,
    ratio: null,
    target: `< ${target} ${unit}`,
    ok: value <= target,
  };
}
