import type { Actor } from './actor';
import { notVisible, ServiceError } from './errors';

/** Everything an actor may ask for. One rule each in RULES; the matrix test walks this list. */
export const ACTIONS = [
  'payment.read',
  'payment.create',
  'payment.change',
  'payment.list',
  'payment.history',
  'payment.rawEvent',
  'cash.record',
  'cash.confirm',
  'order.read',
  'order.changeTip',
  'tableSession.read',
  'tableSession.pay',
  'tableSession.extend',
  'tableSession.list',
  'tableSession.close',
  'refund.create',
  'refund.read',
  'dispute.read',
  'dispute.submitEvidence',
  'ledger.read',
  'reconciliation.read',
  'reconciliation.run',
  'reconciliation.work',
  'reconciliation.bank',
  'settings.read',
  'settings.change',
  'drawer.read',
  'drawer.manage',
  'tips.report',
  'tips.changePool',
  'analytics.read',
  'analytics.verify',
  'split.create',
  'split.read',
  'split.list',
  'split.manage',
  'split.cancel',
  'splitCalculation.change',
  'splitCalculation.forceUnlock',
  'splitCalculation.cleanup',
  'receipt.read',
  'receipt.resend',
  'config.read',
  'platform.sync',
  'inbox.manage',
  'live.restaurant',
  'live.admin',
  'live.platform',
  'notification.optOut',
  'paymentMethod.manage',
  'audit.read',
  'team.read',
  'system.read',
  'privacy.erase',
  'export.manage',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Whose thing it is. A missing part means: not tied to one. */
export interface Resource {
  restaurantId?: string | null;
  tableSessionId?: string | null;
  guestSessionId?: string | null;
  customerId?: string | null;
}

type Who = 'admin' | 'owner' | 'staff' | 'payer' | 'tableMate' | 'service' | 'anyone';

const RULES: Record<Action, readonly Who[]> = {
  'payment.read': ['admin', 'staff', 'payer', 'tableMate'],
  'payment.create': ['admin', 'staff', 'payer', 'tableMate'],
  'payment.change': ['admin', 'staff', 'payer'],
  'payment.list': ['admin', 'staff', 'payer', 'tableMate'],
  'payment.history': ['admin', 'staff'],
  // As Stripe sent it: for those who answer for the restaurant.
  'payment.rawEvent': ['admin', 'owner'],
  // Who says that cash was received must be who holds the drawer.
  'cash.record': ['admin', 'staff'],
  'cash.confirm': ['admin', 'staff'],
  'order.read': ['admin', 'staff', 'payer', 'tableMate'],
  'order.changeTip': ['admin', 'staff', 'payer'],
  'tableSession.read': ['admin', 'staff', 'tableMate'],
  'tableSession.pay': ['admin', 'staff', 'tableMate'],
  'tableSession.extend': ['tableMate'],
  'tableSession.list': ['admin', 'staff'],
  'tableSession.close': ['admin', 'staff'],
  'refund.create': ['admin', 'staff'],
  'refund.read': ['admin', 'staff'],
  'dispute.read': ['admin', 'staff'],
  'dispute.submitEvidence': ['admin', 'staff'],
  // Books are for those who answer for them.
  'ledger.read': ['admin', 'owner'],
  'reconciliation.read': ['admin', 'owner'],
  'reconciliation.run': ['admin', 'owner'],
  'reconciliation.work': ['admin', 'owner'],
  // Payouts mix restaurants (decision 7), and so do the bank's lines.
  'reconciliation.bank': ['admin'],
  'settings.read': ['admin', 'staff'],
  'settings.change': ['admin', 'owner'],
  'drawer.read': ['admin', 'staff'],
  'drawer.manage': ['admin', 'staff'],
  'tips.report': ['admin', 'owner'],
  'tips.changePool': ['admin', 'owner'],
  'analytics.read': ['admin', 'staff'],
  'analytics.verify': ['admin'],
  'split.create': ['admin', 'staff', 'payer', 'tableMate'],
  'split.read': ['admin', 'staff', 'payer', 'tableMate'],
  'split.list': ['admin', 'staff'],
  'split.manage': ['admin', 'staff'],
  // Who made it may undo it, until somebody has paid (services/splits/cancel.ts).
  'split.cancel': ['admin', 'staff', 'payer'],
  // Those who sit there divide their bill; the restaurant only opens what is stuck.
  'splitCalculation.change': ['tableMate'],
  'splitCalculation.forceUnlock': ['admin', 'staff'],
  'splitCalculation.cleanup': ['admin'],
  'receipt.read': ['admin', 'staff', 'payer', 'tableMate'],
  'receipt.resend': ['admin', 'staff'],
  'config.read': ['anyone'],
  'platform.sync': ['service'],
  'inbox.manage': ['admin'],
  'live.restaurant': ['admin', 'staff'],
  'live.admin': ['admin'],
  'live.platform': ['service'],
  'notification.optOut': ['anyone'],
  'paymentMethod.manage': ['payer'],
  'privacy.erase': ['admin'],
  // And what each kind of export asks for besides (services/exports/kinds).
  'export.manage': ['admin', 'staff'],
  'audit.read': ['admin', 'owner'],
  'team.read': ['admin', 'staff'],
  'system.read': ['admin'],
};

/** May this actor do this to that? The only place that answers. */
function may(actor: Actor, action: Action, resource: Resource): boolean {
  return RULES[action].some((who) => isWho(actor, who, resource));
}

/**
 * Throws unless the actor may. A stranger to the resource gets NOT_VISIBLE (decision 6), nobody at all
 * UNAUTHENTICATED, and one who may see but not do it FORBIDDEN.
 */
export function authorize(actor: Actor, action: Action, resource: Resource, what: string): void {
  if (may(actor, action, resource)) return;
  if (actor.kind === 'anonymous') refuseStranger(actor, action);
  if (action !== 'payment.read' && may(actor, 'payment.read', resource)) {
    throw new ServiceError('FORBIDDEN', `Your role may not do this (${action}).`, { details: { action } });
  }
  if (RULES[action].every((who) => who === 'service' || who === 'admin')) {
    throw new ServiceError('FORBIDDEN', `Only the platform or an admin may do this (${action}).`, {
      details: { action },
    });
  }
  throw notVisible(what);
}

function isWho(actor: Actor, who: Who, resource: Resource): boolean {
  switch (who) {
    case 'anyone':
      return true;
    case 'service':
      return actor.kind === 'service' || actor.kind === 'system';
    case 'admin':
      return actor.kind === 'admin' || actor.kind === 'system';
    case 'owner':
      return (
        actor.kind === 'member' &&
        actor.memberships.some(
          (m) => m.role === 'OWNER' && m.restaurantId === (resource.restaurantId ?? NONE),
        )
      );
    case 'staff':
      return (
        actor.kind === 'member' &&
        actor.memberships.some((m) => m.restaurantId === (resource.restaurantId ?? NONE))
      );
    case 'payer':
      return isPayer(actor, resource);
    case 'tableMate': {
      const guest = guestOf(actor);
      return guest !== null && guest.tableSessionId === (resource.tableSessionId ?? NONE);
    }
  }
}

function isPayer(actor: Actor, resource: Resource): boolean {
  if (
    (actor.kind === 'customer' || actor.kind === 'member') &&
    actor.userId === (resource.customerId ?? NONE)
  )
    return true;
  return guestOf(actor)?.guestSessionId === (resource.guestSessionId ?? NONE);
}

/** A guest id beside a bearer token only scopes: it gives a signed-in customer the table, never more (decision 5). */
function guestOf(actor: Actor) {
  return actor.kind === 'guest' || actor.kind === 'customer' ? actor.guest : null;
}

// Never equal to an id: an absent part of a resource matches nobody.
const NONE = Symbol('none') as unknown as string;

/** For actors that can never do this, whatever the resource. */
export function refuseStranger(actor: Actor, action: Action): never {
  if (actor.kind === 'anonymous') {
    throw new ServiceError('UNAUTHENTICATED', 'Sign in, or send the guest id of your table in x-session-id.');
  }
  throw new ServiceError('FORBIDDEN', `Your role may not do this (${action}).`, { details: { action } });
}
