import type { Browser } from 'playwright';
import { expect } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../support/app';
import { launchBrowser } from '../support/browser';
import { ensureNextBuild } from '../support/next-build';
import { settled } from '../support/pages';
import { makePerson, type SignedIn, signIn } from './admin';
import { accessibilityProblems, PHONE, scrollsSideways, THEMES, type View } from './support';

/** A restaurant with a table of guests, and a browser for its people. */
export interface AdminScene {
  app: TestApp;
  browser: Browser;
  service: Client;
  place: SeededRestaurant;
  session: SeededSession;
  guest: Client;
  /** Signed in as one of its people, or as an admin. */
  open(role: 'admin' | 'owner' | 'staff', view?: View): Promise<SignedIn>;
  /** An order that waits to be paid. */
  order(options?: Omit<Parameters<typeof seedOrder>[2], 'session'>): Promise<string>;
  /** A bill of 25.00 that a guest has paid by card. */
  paid(paymentMethod?: string): Promise<{ id: string; paymentIntentId: string | null }>;
  stop(): Promise<void>;
}

export async function setAdminScene(env: Record<string, string> = {}): Promise<AdminScene> {
  await ensureNextBuild();
  const [app, browser] = await Promise.all([startTestApp({ mount: 'next', env }), launchBrowser()]);
  const service = await app.asService();
  const place = await seedRestaurant(service);
  const session = await seedSession(service, place);
  const guest = app.asGuest(session.guests[0]);
  const order: AdminScene['order'] = (options = {}) =>
    seedOrder(service, place, { session, subtotalMinor: 2500, taxMinor: 0, ...options });
  return {
    app,
    browser,
    service,
    place,
    session,
    guest,
    order,
    async open(role, view) {
      const userId = { admin: null, owner: place.ownerId, staff: place.staffId }[role];
      return signIn(browser, app, (await makePerson(app, role, userId)).email, view);
    },
    async paid(paymentMethod) {
      const payment = await guest.payments.create.mutate({
        orderId: await order(),
        idempotencyKey: newKey(),
      });
      await payWithCard(app, payment, paymentMethod);
      await waitForStatus(guest, payment.id, 'COMPLETED');
      return payment;
    },
    async stop() {
      await browser.close();
      await app.stop();
    },
  };
}

/**
 * Expects of pages what tests/e2e/every-page.test.ts expects of each page, for states that it does not see. Light and dark, on desk
 * and phone: no serious accessibility problem (axe), no sideways scroll, no error of the browser.
 */
export async function expectAccessibleAndFitting(
  scene: AdminScene,
  role: 'admin' | 'owner' | 'staff',
  paths: readonly string[],
): Promise<void> {
  for (const theme of THEMES) {
    for (const size of [undefined, PHONE]) {
      const { page, context, complaints } = await scene.open(role, { theme, ...(size && { size }) });
      for (const path of paths) {
        await page.goto(scene.app.url + path);
        await settled(page);
        const seen = {
          path,
          theme,
          problems: await accessibilityProblems(page),
          sideways: await scrollsSideways(page),
        };
        expect(seen).toEqual({ path, theme, problems: [], sideways: false });
      }
      expect(complaints).toEqual([]);
      await context.close();
    }
  }
}
