import type { Browser, BrowserContext, Page } from 'playwright';
import { newKey, type TestApp } from '../support/app';
import { DESK } from '../support/pages';
import { complaintsOf, type View } from './support';

export const PASSWORD = 'correct-horse-battery';

export interface SignedIn {
  context: BrowserContext;
  page: Page;
  /** Of {@link complaintsOf}. */
  complaints: string[];
}

/** Makes a person who may sign in. @param platformUserId whose memberships count; null: an admin */
export async function makePerson(
  app: TestApp,
  role: 'admin' | 'owner' | 'staff',
  platformUserId: string | null,
): Promise<{ email: string }> {
  const email = `${role}-${newKey()}@example.com`;
  await app.server.app.login.savePerson({
    email,
    name: 'Ada Lovelace',
    password: PASSWORD,
    role,
    platformUserId,
  });
  return { email };
}

/** A browser profile of its own, signed in through the page as a person would. */
export async function signIn(
  browser: Browser,
  app: TestApp,
  email: string,
  view: View = {},
): Promise<SignedIn> {
  // Tests sign in more often than people do.
  await app.database.pool.query('DELETE FROM login_attempts');
  const context = await browser.newContext({
    viewport: view.size ?? DESK,
    colorScheme: view.theme ?? 'light',
  });
  const page = await context.newPage();
  const complaints = complaintsOf(page, app.url);
  await page.goto(`${app.url}/admin/login`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${app.url}/admin`);
  return { context, page, complaints };
}
