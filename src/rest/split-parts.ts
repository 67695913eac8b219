import { sumMinor } from '@/domain/money';
import { ServiceError } from '@/services/errors';
import { getOrder } from '@/services/orders';
import type { CreateSplitInput } from '@/services/splits/schemas';
import { readGuestIds } from '@/services/table-sessions';
import type { RestCall } from './call';
import { requiredText, text } from './fields';
import { keepMeaning, knownMeaning } from './meaning';
import { parseMethod } from './methods';
import { minorOf, requiredMinorOf } from './money';

type Parts = CreateSplitInput['parts'];
type Sent = Readonly<Record<string, unknown>>;

/**
 * What `POST /payments/split` asks for. Nobody can tell from its clients whether amounts are minor or major units, so the sum
 * decides once for all of them, tips too: it is what is due in one of both, or wrong (legacy-contract 2.3, rule 4).
 * @throws ServiceError INVALID_INPUT, AMOUNT_MISMATCH, NOT_VISIBLE
 */
export async function splitParts(call: RestCall): Promise<{ orderId: string; parts: Parts }> {
  const { ctx, body } = call;
  const orderId = requiredText(body.orderId, 'orderId');
  const sent = listOf(body.splits);
  const order = await getOrder(ctx, { orderId });
  const inMajor = sent.map((one) => requiredMinorOf(one.amount, order.currency, 'amount'));
  const inMinor = sent.map((one) => wholeMinor(one.amount));
  const { isMinor } =
    (await knownMeaning<Unit>(call)) ??
    (await keepMeaning(call, unitOf({ inMajor, inMinor }, order.remainingMinor)));
  const amounts = isMinor ? inMinor.map(Number) : inMajor;
  const tipOf = (one: Sent) =>
    isMinor ? (wholeMinor(one.tipAmount) ?? 0) : (minorOf(one.tipAmount, order.currency, 'tipAmount') ?? 0);
  const publicIds =
    order.tableSessionId === null ? new Map() : await publicIdsOf(ctx, order.tableSessionId, sent);
  return {
    orderId,
    parts: sent.map((one, index) => ({
      amountMinor: amounts[index] ?? 0,
      tipMinor: tipOf(one),
      method: parseMethod(one.paymentMethod ?? 'CARD'),
      ...optional('name', text(one.name ?? one.participantName)),
      ...optional('email', text(one.email)),
      ...optional('customerId', text(one.customerId)),
      ...optional('guestPublicId', publicIds.get(text(one.guestSessionId)) ?? text(one.guestSessionId)),
    })),
  };
}

type Unit = { isMinor: boolean };

function unitOf(
  { inMajor, inMinor }: { inMajor: readonly number[]; inMinor: readonly (number | null)[] },
  dueMinor: number,
): Unit {
  const isMinor = inMinor.every((minor) => minor !== null) && sumMinor(inMinor.map(Number)) === dueMinor;
  // Of a paid order the verb says so.
  if (dueMinor > 0 && !isMinor && sumMinor(inMajor) !== dueMinor) {
    throw new ServiceError('AMOUNT_MISMATCH', 'The parts must sum to what is due on the order.', {
      details: { dueMinor },
    });
  }
  return { isMinor };
}

/** The public ids of the guests that are named by the ids that they have on this wire. */
async function publicIdsOf(
  ctx: RestCall['ctx'],
  tableSessionId: string,
  sent: readonly Sent[],
): Promise<Map<string | undefined, string>> {
  if (sent.every((one) => text(one.guestSessionId) === undefined)) return new Map();
  const secret = await readGuestIds(ctx, { tableSessionId });
  return new Map([...secret].map(([publicId, id]) => [id, publicId]));
}

function listOf(value: unknown): Sent[] {
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
  if (isList) return value;
  throw new ServiceError('INVALID_INPUT', 'Send splits: a list of {amount}.', {
    details: { field: 'splits' },
  });
}

/** A whole number of minor units; null: not one. */
function wholeMinor(value: unknown): number | null {
  const source = text(value)?.trim() ?? '';
  return /^\d{1,10}(\.0+)?$/.test(source) ? Number.parseInt(source, 10) : null;
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: string });
}
