import { readPaymentPostings } from '@/db/sql/ledger-reports';
import { LEDGER_ACCOUNTS, type LedgerAccount } from '@/domain/ledger/accounts';
import { explainPayment } from '@/domain/ledger/explain';
import { isCaptured } from '@/domain/payment/status';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import { grouped } from './group';
import { type LedgerPaymentInput, ledgerPaymentInput, type PaymentLedgerView } from './schemas';

type Row = {
  transactionId: string;
  factKey: string;
  currency: string;
  businessDay: string;
  occurredAt: Date;
  postedAt: Date;
  account: LedgerAccount;
  amountMinor: number;
};

/** A payment's postings and the state that they explain. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function ledgerOfPayment(
  ctx: ServiceContext,
  raw: LedgerPaymentInput,
): Promise<PaymentLedgerView> {
  const { paymentId } = parseInput(ledgerPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'ledger.read');
  const payment = await ctx.prisma.payment.findUnique({ where: { id: paymentId } });
  if (!payment) throw notVisible('Payment');
  authorize(ctx.actor, 'ledger.read', { ...payment, guestSessionId: payment.sessionId }, 'Payment');
  const rows = await ctx.db.query<Row>(readPaymentPostings, [paymentId]);
  const facts = grouped(rows, (row) => row.transactionId);
  const explained = explainPayment(
    facts
      .filter(([first]) => first?.currency === payment.currency)
      .map((lines) => ({ factKey: lines[0]?.factKey ?? '', postings: lines })),
  );
  return {
    paymentId,
    restaurantId: payment.restaurantId,
    currency: payment.currency,
    status: payment.status,
    explained,
    agrees:
      explained.status === (isCaptured(payment.status) ? payment.status : null) &&
      explained.refundedMinor === payment.refundedMinor,
    entries: facts.map(entryOf),
  };
}

function entryOf(lines: readonly Row[]): PaymentLedgerView['entries'][number] {
  const [first] = lines;
  if (!first) throw new Error('an entry without lines');
  return {
    transactionId: first.transactionId,
    factKey: first.factKey,
    currency: first.currency,
    businessDay: first.businessDay,
    occurredAt: first.occurredAt.toISOString(),
    postedAt: first.postedAt.toISOString(),
    lines: lines.map(({ account, amountMinor }) => ({
      account,
      name: LEDGER_ACCOUNTS[account].name,
      debitMinor: Math.max(0, amountMinor),
      creditMinor: Math.max(0, -amountMinor),
    })),
  };
}
