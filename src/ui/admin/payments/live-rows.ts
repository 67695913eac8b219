/** What live events have said of a list's payments since it was opened, by id. */
export interface Heard {
  created: ReadonlySet<string>;
  /** On the page, and marked as just come or changed. */
  fresh: ReadonlySet<string>;
}

export const NOTHING_HEARD: Heard = { created: new Set(), fresh: new Set() };

/** After an event of a payment. What happens to one that no loaded page has is nothing new: it may be an old one. */
export function withEvent(
  heard: Heard,
  { type, paymentId }: { type: string; paymentId: string },
  known: ReadonlySet<string>,
): Heard {
  if (known.has(paymentId)) return { ...heard, fresh: new Set(heard.fresh).add(paymentId) };
  if (type !== 'payment:created') return heard;
  return { ...heard, created: new Set(heard.created).add(paymentId) };
}

/** New payments that are not on the page yet. */
export function waitingOf(heard: Heard, known: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...heard.created].filter((id) => !known.has(id)));
}
