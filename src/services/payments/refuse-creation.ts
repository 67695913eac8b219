import { decide } from '@/domain/payment/transition';
import type { ServiceContext } from '../context';
import type { ServiceError } from '../errors';
import { tellPayer } from '../notifications';
import type { ProcessorError } from '../ports';
import { originOf } from './fact-context';
import { lockPayment } from './locked-payment';
import { processorRefusal } from './processor-refusal';
import { recordChange } from './record-change';

/** What the audit keeps of a refusal, so that a repeat with the same key gets the same answer. */
export type CreationRefusal = Pick<ProcessorError, 'code' | 'declineCode' | 'httpStatus'>;

/** The processor refused to create the intent, finally: the payment is closed with its reason and holds nothing. */
export async function refuseCreation(
  ctx: ServiceContext,
  paymentId: string,
  error: ProcessorError,
): Promise<void> {
  const origin = originOf(ctx);
  await ctx.db.transaction(async (tx) => {
    const row = await lockPayment(tx, paymentId);
    if (!row) throw new Error(`payment ${paymentId} vanished`);
    const decision = decide(row, {
      kind: 'CREATION_REFUSED',
      atSec: Math.floor(origin.now.getTime() / 1000),
    });
    if (decision.kind !== 'apply') return;
    const refusal: CreationRefusal = {
      code: error.code,
      declineCode: error.declineCode,
      httpStatus: error.httpStatus,
    };
    await recordChange(tx, origin, row, {
      action: 'creation_refused',
      patch: {
        status: decision.to,
        creationState: 'REFUSED',
        failureReason: error.guestMessage,
        failureCode: error.declineCode ?? error.code,
      },
      details: { ...refusal },
      events: ['payment:status_updated', 'payment:failed'],
    });
    await tellPayer(tx, row, { kind: 'PAYMENT_FAILED', factKey: `failed:${row.id}:creation` });
  });
  ctx.wake('outbox');
}

/** The refusal of a payment whose creation was refused before, as it was told the first time. */
export function refusalAgain(refusal: CreationRefusal | null, guestMessage: string | null): ServiceError {
  return processorRefusal('refused', {
    code: refusal?.code ?? 'unknown',
    declineCode: refusal?.declineCode ?? null,
    httpStatus: refusal?.httpStatus ?? null,
    guestMessage: guestMessage ?? 'The payment could not be created. Start again with a new key.',
    staffMessage: '',
    detail: 'creation refused earlier',
  });
}
