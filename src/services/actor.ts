/** Who is asking. Resolved once per request by the door (services/identity/resolve-actor.ts); memberships come from the database. */
export type Actor =
  | { kind: 'admin'; userId: string }
  | { kind: 'member'; userId: string; memberships: readonly Membership[]; guest: GuestScope | null }
  | { kind: 'customer'; userId: string; guest: GuestScope | null }
  | { kind: 'guest'; guest: GuestScope }
  | { kind: 'service'; name: string }
  | { kind: 'system'; name: string }
  | { kind: 'anonymous' };

export interface Membership {
  restaurantId: string;
  role: 'OWNER' | 'STAFF';
}

/** A guest of a table session. Beside a bearer token it only scopes (decision 5). `guestSessionId` is a secret: never log it. */
export interface GuestScope {
  guestSessionId: string;
  publicId: string;
  tableSessionId: string;
  restaurantId: string;
}

/** How the actor stands in audit rows: ids only, never a guest's secret id. */
export function actorLabel(actor: Actor): string {
  switch (actor.kind) {
    case 'admin':
    case 'member':
    case 'customer':
      return `user:${actor.userId}`;
    case 'guest':
      return `guest:${actor.guest.publicId}`;
    case 'service':
      return `service:${actor.name}`;
    case 'system':
      return `system:${actor.name}`;
    case 'anonymous':
      return 'anonymous';
  }
}

/**
 * Whether the actor speaks for the restaurant: its own people and the platform. Who works elsewhere is a guest here like any
 * other, whatever a login says.
 */
export function isHouse(actor: Actor, restaurantId: string): boolean {
  if (actor.kind === 'member') return actor.memberships.some((own) => own.restaurantId === restaurantId);
  return actor.kind === 'admin' || actor.kind === 'system';
}

/** The platform user behind the actor, or null. */
export function actorUserId(actor: Actor): string | null {
  return 'userId' in actor ? actor.userId : null;
}

/** Who pays when this actor pays: at most one open payment per payer and bill. Null: this actor cannot be a payer. */
export function payerKey(actor: Actor): string | null {
  if (actor.kind === 'guest') return `guest:${actor.guest.guestSessionId}`;
  if (actor.kind === 'customer' || actor.kind === 'member' || actor.kind === 'admin')
    return `user:${actor.userId}`;
  return null;
}
