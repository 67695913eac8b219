import type { Deps } from '../context';
import type { LiveEvent } from '../live/events';

/** Who called off a payment or a group of shares, and why, as a person wrote it. */
export interface CancellationFacts {
  guestPublicId: string | null;
  /** Of an account; null: a guest, or the service itself. */
  userName: string | null;
  reason: string | null;
}

/** By the id of the payment, or of the split group. */
export type Cancellations = ReadonlyMap<string, CancellationFacts>;

/** Looks up who stands behind the events that tell of something cancelled. */
export async function readCancellations(deps: Deps, events: readonly LiveEvent[]): Promise<Cancellations> {
  const idsOf = (type: LiveEvent['type'], idOf: (event: LiveEvent) => string | null) => [
    ...new Set(events.filter((event) => event.type === type).flatMap((event) => idOf(event) ?? [])),
  ];
  const [payments, groups] = await Promise.all([
    readPayments(
      deps,
      idsOf('payment:cancelled', (event) => event.paymentId),
    ),
    readGroups(
      deps,
      idsOf('payment:split_cancelled', (event) => ('splitGroupId' in event ? event.splitGroupId : null)),
    ),
  ]);
  const found = [...payments, ...groups];
  const names = await readNames(
    deps,
    found.flatMap(({ by }) => idIn(by, 'user') ?? []),
  );
  return new Map(
    found.map(({ id, by, reason }) => {
      const userName = names.get(idIn(by, 'user') ?? '') ?? null;
      return [id, { guestPublicId: idIn(by, 'guest'), userName, reason }];
    }),
  );
}

/** `by` is a label of actorLabel. */
type Found = { id: string; by: string | null; reason: string | null };

/** Of a card payment it is who asked: that it is cancelled is told by the processor. */
async function readPayments({ prisma }: Deps, ids: readonly string[]): Promise<Found[]> {
  if (ids.length === 0) return [];
  const entries = await prisma.paymentAuditEntry.findMany({
    where: { paymentId: { in: [...ids] }, action: { in: ['cancel_requested', 'cancelled'] } },
    orderBy: { id: 'asc' },
    select: { id: true, paymentId: true, action: true, actor: true },
  });
  const requests = new Map(entries.map((entry) => [entry.paymentId, entry]));
  for (const entry of entries) if (entry.action === 'cancel_requested') requests.set(entry.paymentId, entry);
  const notes = await prisma.paymentAuditClient.findMany({
    where: { auditId: { in: [...requests.values()].map(({ id }) => id) } },
    select: { auditId: true, note: true },
  });
  const noteOf = new Map(notes.map(({ auditId, note }) => [auditId, note]));
  return [...requests.values()].map(({ id, paymentId, actor }) => ({
    id: paymentId,
    by: actor,
    reason: noteOf.get(id) ?? null,
  }));
}

async function readGroups({ prisma }: Deps, ids: readonly string[]): Promise<Found[]> {
  if (ids.length === 0) return [];
  const rows = await prisma.splitGroup.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, cancelledBy: true, cancelReason: true },
  });
  return rows.map(({ id, cancelledBy, cancelReason }) => ({ id, by: cancelledBy, reason: cancelReason }));
}

async function readNames({ prisma }: Deps, ids: readonly string[]): Promise<Map<string, string | null>> {
  if (ids.length === 0) return new Map();
  const users = await prisma.user.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name: true },
  });
  return new Map(users.map(({ id, name }) => [id, name]));
}

function idIn(label: string | null, kind: 'guest' | 'user'): string | null {
  return label?.startsWith(`${kind}:`) ? label.slice(kind.length + 1) : null;
}
