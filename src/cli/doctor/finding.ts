import type { ProcessorOutcome } from '@/services/ports';

/** One line of the examination. `text` says how it stands and, unless it is well, what to do. */
export interface Finding {
  /** `fail`: payments would be lost, refused or wrong; `warn`: something is missing or cannot be seen. */
  level: 'ok' | 'warn' | 'fail';
  item: string;
  text: string;
}

export const ok = (item: string, text: string): Finding => ({ level: 'ok', item, text });
export const warn = (item: string, text: string): Finding => ({ level: 'warn', item, text });
export const fail = (item: string, text: string): Finding => ({ level: 'fail', item, text });

/** What to say of a question that Stripe did not answer. */
export function unanswered(item: string, outcome: Exclude<ProcessorOutcome<never>, { kind: 'ok' }>): Finding {
  const { code, httpStatus, detail } = outcome.error;
  if (code === 'processor_credentials')
    return httpStatus === 401
      ? fail(item, 'Stripe refuses STRIPE_SECRET_KEY: set a key that is valid.')
      : warn(item, `this key may not ask (${httpStatus}): give the restricted key the right to read it.`);
  return fail(item, `Stripe does not answer (${detail}): see docs/operations.md, "Stripe is down or slow".`);
}
