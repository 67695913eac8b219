import { createHash } from 'node:crypto';

/** What stands for an address where the address itself must not: in opt-outs, and in the trace of what was sent. */
export function addressKey(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('hex');
}
