import { readdirSync } from 'node:fs';
import type { BrowserContext } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FullHouse, openFullHouse } from '../support/full-house';
import { DESK, PAGES, type PageRow, SEEN_ELSEWHERE, settled } from '../support/pages';
import { accessibilityProblems, complaintsOf, PHONE, scrollsSideways, THEMES } from './support';

/** Addresses of the pages below src/app; folders in brackets like (admin) are no part of them. */
function routes(): string[] {
  return readdirSync('src/app', { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => `/${file.replace(/\/?page\.tsx$/, '')}`.replace(/\/\([^)]*\)/g, '') || '/')
    .sort();
}

it('every page below src/app has a row in tests/support/pages.ts, and every row a page', () => {
  const listed = PAGES.flatMap(({ route }) => (route === null ? [] : [route]));
  listed.push(...Object.keys(SEEN_ELSEWHERE));
  expect([...new Set(listed)].sort()).toEqual(routes());
  expect(new Set(PAGES.map(({ name }) => name)).size).toBe(PAGES.length);
});

describe('with something to see on each', () => {
  let house: FullHouse;
  const contexts: Partial<Record<PageRow['as'], BrowserContext>> = {};
  beforeAll(async () => {
    house = await openFullHouse();
    contexts.admin = await house.open('admin');
    contexts.nobody = await house.open('nobody');
  }, 400_000);
  afterAll(() => house?.stop());

  it.each(PAGES.map((row) => [row.name, row] as const))(
    '%s: nothing serious for axe, nothing that moves sideways, no complaint of the browser; light and dark, desk and phone',
    async (_name, row) => {
      const context = contexts[row.as];
      if (!context) throw new Error('no browser');
      const page = await context.newPage();
      const complaints = complaintsOf(page, house.app.url, false);
      await page.goto(house.app.url + row.path(house.ids));
      for (const theme of THEMES)
        for (const size of [DESK, PHONE]) {
          await page.emulateMedia({ colorScheme: theme });
          await page.setViewportSize(size);
          await settled(page);
          const seen = {
            theme,
            width: size.width,
            problems: await accessibilityProblems(page),
            sideways: await scrollsSideways(page),
          };
          expect(seen).toEqual({ theme, width: size.width, problems: [], sideways: false });
        }
      expect(complaints).toEqual([]);
      await page.close();
    },
    90_000,
  );
});
