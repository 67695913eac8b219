import type { ServiceContext } from '@/services/context';
import { isUuid } from '@/services/ids';
import {
  cancelSplitPayments,
  findSessionOfCalculation,
  remindSplitPayer,
  takeSplitPaymentInCash,
} from '@/services/split-calculations';
import {
  cancelSplit,
  changeParticipant,
  createSplit,
  getSplit,
  remindParticipant,
  takeShareInCash,
} from '@/services/splits';
import type { SplitGroupView, SplitParticipantView } from '@/services/splits/view';
import { type Answer, created, ok, type RestCall, type Route } from '../call';
import { notFound } from '../existence';
import { text, texts } from '../fields';
import { minorOf } from '../money';
import { guestIds } from '../shapes/guest-ids';
import { paymentBody } from '../shapes/payment';
import { splitPaymentsBody, splitStatusBody } from '../shapes/split';
import { splitParts } from '../split-parts';

const GROUP = '/payments/split/:splitGroupId';

/** Fixed groups of legacy-contract 3.2. */
export const splitRoutes: readonly Route[] = [
  { method: 'POST', path: '/payments/split', who: 'verb', limit: 'payment', handle: create },
  { method: 'GET', path: GROUP, who: 'verb', handle: payments },
  { method: 'GET', path: `${GROUP}/status`, who: 'verb', handle: status },
  { method: 'PATCH', path: `${GROUP}/participant/:participantId`, who: 'verb', handle: change },
  { method: 'POST', path: `${GROUP}/cancel`, who: 'verb', handle: cancel },
  { method: 'POST', path: `${GROUP}/participant/:participantId/remind`, who: 'verb', handle: remind },
];

async function create(call: RestCall) {
  const { ctx, idempotencyKey } = call;
  const group = await createSplit(ctx, { ...(await splitParts(call)), idempotencyKey });
  return created({ groupId: group.id, payments: await bodiesOf(ctx, group) });
}

async function payments(call: RestCall) {
  return ok(await bodiesOf(call.ctx, await groupIn(call)));
}

async function status(call: RestCall) {
  const { ctx } = call;
  const group = await groupIn(call);
  return ok(splitStatusBody(group, await guestIds(ctx, paymentsOf(group))));
}

/** `hasPaid`: staff took the share in cash. Amounts are in major units; `takenBy` names who takes the difference. */
async function change(call: RestCall) {
  const { ctx, params, body, idempotencyKey } = call;
  const elsewhere = await cashOfCalculation(call);
  if (elsewhere) return elsewhere;
  const group = await groupIn(call);
  const participant = await participantOf(ctx, group, params.participantId);
  const ids = { groupId: group.id, participantId: participant.id, idempotencyKey };
  const changed =
    body.hasPaid === true
      ? await takeShareInCash(ctx, ids)
      : await changeParticipant(ctx, { ...ids, ...(await amountsOf(call, group)) });
  const after = changed.participants.find(({ id }) => id === participant.id) ?? participant;
  return ok(paymentBody(after.payment, { guestIdOf: await guestIds(ctx, [after.payment]) }));
}

/** v2 R manages the payments of a live calculation by the same rows. It sends the calculation's id and payment ids. */
async function isCalculation({ ctx, params }: RestCall): Promise<boolean> {
  return (await findSessionOfCalculation(ctx, params.splitGroupId ?? '')) !== null;
}

/** A live calculation is no group, to its own people as to strangers: its table session shows it. @throws ServiceError NOT_FOUND */
async function groupIn(call: RestCall): Promise<SplitGroupView> {
  if (await isCalculation(call)) throw notFound();
  return getSplit(call.ctx, groupOf(call.params));
}

async function cashOfCalculation(call: RestCall): Promise<Answer | null> {
  const { ctx, body } = call;
  if (body.hasPaid !== true || !(await isCalculation(call))) return null;
  const payment = await takeSplitPaymentInCash(ctx, paymentOfCalculation(call));
  return ok(paymentBody(payment, { guestIdOf: await guestIds(ctx, [payment]) }));
}

function paymentOfCalculation({ params, idempotencyKey }: RestCall) {
  const { participantId: paymentId = '', splitGroupId: splitCalculationId = '' } = params;
  if (!isUuid(paymentId)) throw notFound();
  return { splitCalculationId, paymentId, idempotencyKey };
}

async function amountsOf({ ctx, body }: RestCall, group: SplitGroupView) {
  const amountMinor = minorOf(body.amount, group.currency, 'amount');
  const tipMinor = minorOf(body.tipAmount, group.currency, 'tipAmount');
  const named = texts(body.takenBy) ?? [];
  const takers = await Promise.all(named.map((id) => participantOf(ctx, group, id)));
  return {
    ...(amountMinor === undefined ? {} : { amountMinor }),
    ...(tipMinor === undefined ? {} : { tipMinor }),
    takenBy: takers.map(({ id }) => id),
  };
}

async function cancel(call: RestCall) {
  const { ctx, params, body, idempotencyKey } = call;
  const given = text(body.reason)?.trim().slice(0, 500);
  const reason = given ? { reason: given } : {};
  const { groupId } = groupOf(params);
  if (await isCalculation(call)) {
    const done = await cancelSplitPayments(ctx, { splitCalculationId: groupId, idempotencyKey, ...reason });
    return ok({ groupId, cancelled: done.isCancelled, refundsProcessed: done.refundsProcessed });
  }
  const { state, refundsProcessed } = await cancelSplit(ctx, { groupId, idempotencyKey, ...reason });
  return ok({ groupId, cancelled: state === 'CANCELLED', refundsProcessed });
}

/** A text of the sender's own is not mailed: what we send, we wrote. */
async function remind(call: RestCall) {
  const { ctx, params, idempotencyKey } = call;
  if (await isCalculation(call)) {
    const { queued } = await remindSplitPayer(ctx, paymentOfCalculation(call));
    return ok({ sent: queued });
  }
  const group = await getSplit(ctx, groupOf(params));
  const { id: participantId } = await participantOf(ctx, group, params.participantId);
  const { queued } = await remindParticipant(ctx, { groupId: group.id, participantId, idempotencyKey });
  return ok({ sent: queued });
}

/** By the participant's id, the payment's (v2 R), the guest's on this wire, or the customer's. */
async function participantOf(
  ctx: ServiceContext,
  group: SplitGroupView,
  id: string | undefined,
): Promise<SplitParticipantView> {
  const guestIdOf = await guestIds(ctx, paymentsOf(group));
  const found = group.participants.find(
    ({ id: own, payment }) =>
      id === own ||
      id === payment.id ||
      (payment.guestPublicId !== null && id === guestIdOf(payment.guestPublicId)) ||
      (payment.customerId !== null && id === payment.customerId),
  );
  if (!found) throw notFound();
  return found;
}

function groupOf(params: RestCall['params']): { groupId: string } {
  const groupId = params.splitGroupId ?? '';
  if (!isUuid(groupId)) throw notFound();
  return { groupId };
}

async function bodiesOf(ctx: ServiceContext, group: SplitGroupView) {
  return splitPaymentsBody(group, await guestIds(ctx, paymentsOf(group)));
}

function paymentsOf(group: SplitGroupView) {
  return group.participants.map(({ payment }) => payment);
}
