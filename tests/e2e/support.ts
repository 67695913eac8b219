import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Locator, Page } from 'playwright';
import type { PaymentView, ReceiptView } from '@/services/payments/view';
import {
  newKey,
  payWithCard,
  type SeededRestaurant,
  seedRestaurant,
  type TestApp,
  waitForStatus,
} from '../support/app';
import { DESK } from '../support/pages';

/** iPhone SE of the first generation and the like: the narrowest that people still use. */
export const PHONE = { width: 360, height: 640 };
export const THEMES = ['light', 'dark'] as const;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface View {
  size?: { width: number; height: number };
  theme?: (typeof THEMES)[number];
}

export interface OpenedPage {
  page: Page;
  status: number;
  headers: Record<string, string>;
  /** What the browser complained about, other than answers that a test asks for on purpose. */
  complaints: string[];
}

/** Opens `url` in a browser profile of its own and waits until it is interactive. */
export async function openPage(browser: Browser, url: string, view: View = {}): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: view.size ?? DESK, colorScheme: view.theme ?? 'light' });
  const complaints = complaintsOf(page, new URL(url).origin);
  const response = await page.goto(url, { waitUntil: 'networkidle' });
  return { page, status: response?.status() ?? 0, headers: (await response?.allHeaders()) ?? {}, complaints };
}

/**
 * What the browser complains about from now on: errors of scripts, what the content policy refuses, and calls to other origins.
 * @param mayMiss answers that are errors are asked for on purpose and count for nothing
 */
export function complaintsOf(page: Page, origin: string, mayMiss = true): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    if (!mayMiss || !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { origin: called, protocol } = new URL(request.url());
    if (called !== origin && protocol.startsWith('http')) complaints.push(`calls ${request.url()}`);
  });
  return complaints;
}

/** Serious and critical violations of the accessibility rules (WCAG 2.2 A and AA), one a line. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await transitionsEnd(page);
  // Not as a script of the page: its content policy refuses those.
  await page.evaluate(AXE);
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Once no colour is on its way to another: between two themes it is neither's. */
async function transitionsEnd(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // A changed theme starts its transitions with the next frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const running = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    // One that is broken off rejects: it has ended as well.
    await Promise.allSettled(running.map(({ finished }) => finished));
  });
}

/** What people read in each element that the locator finds, white space as one blank. */
export async function textsOf(locator: Locator): Promise<string[]> {
  return (await locator.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
}

/** The same of a single element, or of all as one text. */
export async function textOf(locator: Locator): Promise<string> {
  return (await textsOf(locator)).join(' ');
}

/** Whether the page can be moved sideways. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  ) as Promise<boolean>;
}

export interface BillLine {
  name: string;
  quantity: number;
  unitMinor: number;
}

export interface PaidBill {
  restaurant: SeededRestaurant;
  payment: PaymentView;
  receipt: ReceiptView;
}

export interface BillOptions {
  name: string;
  address?: string;
  currency?: string;
  locale?: string;
  timeZone?: string;
  tableName?: string;
  lines: readonly BillLine[];
  taxMinor: number;
  tipMinor: number;
}

/** A bill as the platform would push it, paid by its guest with a card: intent, confirmation, webhook, receipt. */
export async function payBill(app: TestApp, bill: BillOptions): Promise<PaidBill> {
  const service = await app.asService();
  const restaurant = await seedRestaurant(service);
  const { restaurantId, tableId } = restaurant;
  const customerId = `customer-${randomUUID()}`;
  const orderId = `order-${randomUUID()}`;
  const subtotalMinor = bill.lines.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0);
  const currency = bill.currency ?? 'USD';
  await service.platform.restaurants.sync.mutate({
    restaurants: [
      {
        id: restaurantId,
        name: bill.name,
        address: bill.address ?? null,
        currency,
        locale: bill.locale ?? 'en-US',
        timeZone: bill.timeZone ?? 'America/New_York',
        version: 2,
      },
    ],
  });
  if (bill.tableName !== undefined)
    await service.platform.tables.sync.mutate({
      tables: [{ id: tableId, restaurantId, name: bill.tableName, version: 2 }],
    });
  await service.platform.orders.sync.mutate({
    orders: [
      {
        id: orderId,
        restaurantId,
        tableId,
        tableSessionId: null,
        guestSessionId: null,
        customerId,
        orderNumber: '1042',
        status: 'DELIVERED',
        currency,
        subtotalMinor,
        taxMinor: bill.taxMinor,
        tipMinor: 0,
        placedAt: new Date(),
        items: bill.lines.map((line) => ({
          ...line,
          id: `item-${randomUUID()}`,
          subtotalMinor: line.quantity * line.unitMinor,
        })),
        version: 1,
      },
    ],
  });
  const customer = await app.asCustomer(customerId);
  const created = await customer.payments.create.mutate({
    orderId,
    tipMinor: bill.tipMinor,
    idempotencyKey: newKey(),
  });
  await payWithCard(app, created);
  const payment = await waitForStatus(customer, created.id, 'COMPLETED');
  const receipt = await customer.payments.receipt.query({ paymentId: payment.id });
  return { restaurant, payment, receipt };
}
