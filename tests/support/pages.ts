import type { Page } from 'playwright';

export const DESK = { width: 1280, height: 800 };

/** What an address with a part of its own needs. */
export interface PageIds {
  paymentId: string;
  disputeId: string;
  discrepancyId: string;
  payoutId: string;
  receiptToken: string;
}

/** One page as people see it. */
export interface PageRow {
  /** As the folder below src/app says, without groups: `/admin/payments/[paymentId]`; null: no page of Next.js. */
  route: string | null;
  /** Name of its screenshot. */
  name: string;
  path(ids: PageIds): string;
  as: 'admin' | 'nobody';
}

const page = (
  route: string,
  name: string,
  path: PageRow['path'] = () => route,
  as: PageRow['as'] = 'admin',
): PageRow => ({ route, name, path, as });

/** Pages that only some people ever see, with the test that looks at them. */
export const SEEN_ELSEWHERE: Readonly<Record<string, string>> = {
  '/admin/second-factor': 'admin-login.test.ts',
};

/**
 * Every page there is. tests/e2e/every-page.test.ts fails for one that is missing here, looks at each for axe, and
 * `npm run screenshots` takes a picture of it.
 */
export const PAGES: readonly PageRow[] = [
  page('/', 'start', () => '/', 'nobody'),
  page('/demo', 'demo', () => '/demo', 'nobody'),
  page('/demo/live', 'demo-live', () => '/demo/live', 'nobody'),
  page('/r/[token]', 'receipt', ({ receiptToken }) => `/r/${receiptToken}`, 'nobody'),
  { route: null, name: 'api-reference', path: () => '/api/docs', as: 'nobody' },
  page('/admin/login', 'login', () => '/admin/login', 'nobody'),
  page('/admin', 'overview', () => '/admin?restaurant=demo-bella-napoli&period=week'),
  page('/admin/payments', 'payments'),
  page('/admin/payments/[paymentId]', 'payment', ({ paymentId }) => `/admin/payments/${paymentId}`),
  page('/admin/splits', 'splits'),
  page('/admin/refunds', 'refunds'),
  page('/admin/disputes', 'disputes'),
  page('/admin/disputes/[disputeId]', 'dispute', ({ disputeId }) => `/admin/disputes/${disputeId}`),
  page('/admin/payouts', 'payouts'),
  page('/admin/payouts', 'payout', ({ payoutId }) => `/admin/payouts?payout=${payoutId}`),
  page('/admin/cash', 'cash', () => '/admin/cash?restaurant=demo-bella-napoli'),
  page('/admin/tips', 'tips', () => '/admin/tips?restaurant=demo-bella-napoli'),
  page('/admin/reconciliation', 'reconciliation-work'),
  page('/admin/reconciliation', 'reconciliation-run', () => '/admin/reconciliation?tab=runs'),
  page('/admin/reconciliation', 'reconciliation-bank', () => '/admin/reconciliation?tab=bank'),
  page(
    '/admin/reconciliation/[discrepancyId]',
    'discrepancy',
    ({ discrepancyId }) => `/admin/reconciliation/${discrepancyId}`,
  ),
  page('/admin/webhooks', 'webhooks'),
  page('/admin/audit', 'audit'),
  page('/admin/settings', 'settings', () => '/admin/settings?restaurant=demo-bella-napoli'),
  page('/admin/system', 'system'),
  page('/admin/account', 'account'),
];

/** The page's title is there and nothing loads any more. */
export async function settled(opened: Page): Promise<void> {
  await opened.getByRole('heading', { level: 1 }).first().waitFor();
  await opened.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
}
