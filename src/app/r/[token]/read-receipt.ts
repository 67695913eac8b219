import { cache } from 'react';
import { currentApp } from '@/app/api/_mount/running-app';
import { requestIdOf } from '@/observability/request-id';
import { ServiceError } from '@/services/errors';
import { getReceiptByToken } from '@/services/payments';
import type { ReceiptView } from '@/services/payments/view';

/**
 * The receipt behind a link, read once per request; null for a token that is malformed, unknown or expired.
 * Any other error goes to the redacting log and is thrown without its cause: Next.js prints what a page throws.
 */
export const readReceipt = cache(async (token: string): Promise<ReceiptView | null> => {
  const { deps } = await currentApp();
  const request = { id: requestIdOf(null), ip: null, userAgent: null };
  try {
    return await getReceiptByToken({ ...deps, actor: { kind: 'anonymous' }, request }, { token });
  } catch (error) {
    if (error instanceof ServiceError && isNoReceipt(error)) return null;
    deps.log.error({ requestId: request.id, err: error }, 'a receipt could not be read');
    throw new Error(`The receipt could not be read (request ${request.id}).`);
  }
});

function isNoReceipt(error: ServiceError): boolean {
  return error.kind === 'NOT_FOUND' || error.kind === 'INVALID' || error.code === 'PAYMENT_NOT_COMPLETED';
}
