/** Who did something, as people say it: `user:<id>` by name if it is known, `system:stripe` is "Stripe". */
export function actorText(actor: string, name: string | null): string {
  if (name !== null) return name;
  const [kind = '', id = ''] = actor.split(/:(.*)/s);
  if (kind === 'system') return SYSTEMS[id] ?? 'Tabsy';
  if (kind === 'service') return 'The platform';
  if (kind === 'guest') return `Guest ${id.slice(0, 8)}`;
  if (kind === 'user' || kind === 'login') return id;
  return actor;
}

/** Who asked for a refund; one without an actor was made at the processor. */
export function askedByText(refund: { requestedBy: string | null; requestedByName: string | null }): string {
  return refund.requestedBy === null
    ? 'Stripe dashboard'
    : actorText(refund.requestedBy, refund.requestedByName);
}

const SYSTEMS: Record<string, string> = { stripe: 'Stripe' };
