import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { startEmbeddedPostgres } from '@/db/embedded';
import { applyMigrations } from '@/db/migrate';
import { createPool } from '@/db/pool';
import { openFullHouse } from '../support/full-house';
import { DESK, PAGES, type PageRow, settled } from '../support/pages';

/**
 * `npm run screenshots`: each page of tests/support/pages.ts on desk and phone, and some in the dark, into docs/screenshots. The
 * server, its database and the simulator are its own; what is on the pages is tests/support/full-house.ts.
 */
const FOLDER = 'docs/screenshots';
const PHONE = { width: 390, height: 844 };
const IN_THE_DARK = new Set(['overview', 'payment', 'reconciliation-run', 'receipt', 'demo']);

const dataDir = await mkdtemp(join(tmpdir(), 'tabsy-screenshots-'));
// The database's own user must be able to enter it.
await chmod(dataDir, 0o755);
const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
await applyMigrations(postgres.url, { log: () => undefined });
const pool = createPool({
  url: postgres.url,
  max: 2,
  applicationName: 'screenshots',
  onError: () => undefined,
});
const house = await openFullHouse({ url: postgres.url, pool, drop: () => pool.end() });
try {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const contexts = { admin: await house.open('admin'), nobody: await house.open('nobody') };
  for (const row of PAGES) {
    const page = await contexts[row.as].newPage();
    await page.goto(house.app.url + row.path(house.ids));
    await shoot(page, row, '', 'light', DESK);
    await shoot(page, row, '-phone', 'light', PHONE);
    if (IN_THE_DARK.has(row.name)) await shoot(page, row, '-dark', 'dark', DESK);
    await page.close();
  }
} finally {
  await house.stop();
  await pool.end();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
const sizes = await Promise.all(
  (await readdir(FOLDER)).map(async (file) => (await stat(join(FOLDER, file))).size),
);
console.log(
  `${sizes.length} screenshots in ${FOLDER}, ${Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024)} KiB`,
);
process.exit(0);

async function shoot(
  page: Page,
  row: PageRow,
  suffix: string,
  colorScheme: 'light' | 'dark',
  size: { width: number; height: number },
): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(size);
  await settled(page);
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.screenshot({ path: join(FOLDER, `${row.name}${suffix}.png`), animations: 'disabled' });
}
