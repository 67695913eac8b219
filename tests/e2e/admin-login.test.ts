import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeOf } from '../integration/login/support';
import { makePerson, PASSWORD } from './admin';
import { type AdminScene, setAdminScene } from './admin-scene';
import { accessibilityProblems, PHONE, scrollsSideways, THEMES, textOf } from './support';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene({ ADMIN_SECOND_FACTOR_REQUIRED: 'true' });
}, 300_000);
afterAll(() => scene?.stop());

it('what is typed before scripts run never gets into the address', async () => {
  const context = await scene.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${scene.app.url}/admin/login`);
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByLabel('Password').press('Enter');
  await page.waitForLoadState('networkidle');
  expect(page.url()).toBe(`${scene.app.url}/admin/login`);
  await page.getByRole('heading', { name: 'Sign in to Tabsy' }).waitFor();
  expect(scene.app.logLines.join('')).not.toContain(PASSWORD);
  await context.close();
});

it('where it is demanded, an admin sets up a second factor before any page, and signs in with it, or with a backup code, from then on', async () => {
  const { email } = await makePerson(scene.app, 'admin', null);
  await scene.app.database.pool.query('DELETE FROM login_attempts');
  const context = await scene.browser.newContext({ viewport: PHONE });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  const signIn = async () => {
    await page.goto(`${scene.app.url}/admin/login`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };

  await signIn();
  await page.getByRole('heading', { name: 'One more step, Ada Lovelace' }).waitFor();
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  }
  const shared = `${scene.app.url}/admin/payments?status=FAILED`;
  await page.goto(shared);
  await page.getByRole('heading', { name: /^One more step/ }).waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);

  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up a second factor' }).click();
  const shown = page.locator('p.font-mono');
  await shown.first().waitFor();
  const secret = await textOf(shown.first());
  await page.getByRole('img', { name: 'The key, as a picture' }).waitFor();
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  }
  const backupCodes = (await textOf(shown.nth(1))).split(' ');
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('This code is not right.').waitFor();
  await page.getByLabel('Code').fill(codeOf(`otpauth://totp/x?secret=${secret}`));
  await page.getByRole('button', { name: 'Confirm' }).click();
  // The page that was asked for before all of this.
  await page.getByRole('heading', { name: 'Payments' }).waitFor();
  expect(page.url()).toBe(shared);

  await context.clearCookies();
  await signIn();
  await page.getByLabel('Code of your authenticator app').waitFor();
  await page.getByRole('button', { name: 'Use a backup code' }).click();
  await page.getByLabel('Backup code').fill(backupCodes[0] ?? '');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});
