import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEnv, secretValues } from '@/env';
import { createLogger } from '@/observability/logger';
import { type RunningServer, startServer } from '@/server/start';
import { startTestApp, type TestApp } from '../support/app';
import { launchBrowser } from '../support/browser';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { ensureNextBuild } from '../support/next-build';
import { accessibilityProblems, openPage, PHONE, scrollsSideways, THEMES, textOf, textsOf } from './support';

const DOORS = [
  '/api/trpc',
  '/api/webhooks/stripe',
  '/api/v1/payments/webhooks/stripe',
  '/health',
  '/ready',
  '/live',
  '/metrics',
];

let browser: Browser;
beforeAll(async () => {
  await ensureNextBuild();
  browser = await launchBrowser();
}, 300_000);
afterAll(() => browser?.close());

describe('the start page of a development server', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ mount: 'next' });
  });
  afterAll(() => app?.stop());

  it('lists every door, and every door it lists answers', async () => {
    const { page, status, complaints } = await openPage(browser, `${app.url}/`);
    expect(status).toBe(200);
    const listed = await textsOf(page.getByRole('region', { name: 'Doors' }).locator('code'));
    expect(listed).toEqual(expect.arrayContaining([...DOORS, '/r/<token>']));
    for (const path of listed.filter((address) => !address.startsWith('/r/')))
      expect(app.server.app.serves(path), path).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says what takes the money, where the data is, that it is ready, and what to try', async () => {
    const { page } = await openPage(browser, `${app.url}/`);
    const text = await textOf(page.getByRole('main'));
    for (const part of ['Ready', 'Version 0.', 'Stripe simulator', 'No real money', 'External PostgreSQL'])
      expect(text).toContain(part);
    expect(text).toContain('npm run demo');
    await page.close();
  });

  it('follows the readiness of the service', async () => {
    app.server.app.setReady(false);
    const { page } = await openPage(browser, `${app.url}/`);
    app.server.app.setReady(true);
    expect(await page.getByText('Not ready').isVisible()).toBe(true);
    await page.close();
  });

  it('holds no secret', async () => {
    const html = await (await fetch(`${app.url}/`)).text();
    for (const secret of [...secretValues(app.env), app.env.stripe.publishableKey, app.database.url])
      expect(html).not.toContain(secret);
  });

  it.each(THEMES)('fits a phone and has no serious accessibility problem in %s', async (theme) => {
    const { page } = await openPage(browser, `${app.url}/`, { theme, size: PHONE });
    expect(await scrollsSideways(page)).toBe(false);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });

  it('an unknown page is a 404 with a way on', async () => {
    const { page, status } = await openPage(browser, `${app.url}/no-such-page`);
    expect(status).toBe(404);
    expect(await page.getByRole('link', { name: 'Go to the start page' }).getAttribute('href')).toBe('/');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });
});

describe('the start page in production', () => {
  let database: TestDatabase;
  let server: RunningServer;
  beforeAll(async () => {
    database = await createTestDatabase({ poolSize: 1 });
    const env = loadEnv({
      NODE_ENV: 'production',
      PORT: '0',
      HOST: '127.0.0.1',
      DATABASE_URL: database.url,
      STRIPE_SECRET_KEY: 'sk_live_never_used_by_this_test',
      STRIPE_PUBLISHABLE_KEY: 'pk_live_never_used_by_this_test',
      STRIPE_WEBHOOK_SECRET: 'whsec_never_used_by_this_test',
      JWT_SECRET: 'a secret of this test that signs no token at all',
      ADMIN_SESSION_SECRET: 'a secret of this test that signs no login at all',
      CORS_ORIGINS: 'https://app.example.com',
    });
    const log = createLogger({ level: 'silent', secrets: [] });
    server = await startServer({ env, log, databaseUrl: database.url });
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });

  it('shows the name and a link to the health, nothing of the inside', async () => {
    const { page, status } = await openPage(browser, `${server.url}/`);
    expect(status).toBe(200);
    const text = await textOf(page.getByRole('main'));
    expect(text).toBe('Tabsy Payments The payments service of Tabsy. Health');
    expect(await page.getByRole('link', { name: 'Health' }).getAttribute('href')).toBe('/health');
    const html = await (await fetch(`${server.url}/`)).text();
    expect(html).not.toMatch(/webhook|postgres|simulator|trpc|npm run/i);
    await page.close();
  });
});
