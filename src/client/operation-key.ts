import type { Operation, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { PaymentsRouter } from './router';

/**
 * A key for one operation of a screen. Pass it as `idempotencyKey` where a person may repeat what they meant once: keep it
 * over their second try, and make a new one when they mean something new.
 */
export function newOperationKey(): string {
  return crypto.randomUUID();
}

/** Gives every mutation whose caller brought no key one of its own, before anything is tried: each try has the same. */
export function keyLink(): TRPCLink<PaymentsRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => next(op.type === 'mutation' ? withKey(op) : op).subscribe(observer));
}

function withKey(op: Operation): Operation {
  const input = op.input ?? {};
  if (typeof input !== 'object' || Array.isArray(input)) return op;
  const given = 'idempotencyKey' in input ? input.idempotencyKey : undefined;
  return { ...op, input: { ...input, idempotencyKey: given ?? newOperationKey() } };
}
