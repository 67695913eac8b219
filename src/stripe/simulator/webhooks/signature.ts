import { createHmac } from 'node:crypto';

/** The `stripe-signature` header for a payload (Stripe, "Verify webhook signatures manually"). */
export function signatureHeader(payload: string, secret: string, atSeconds: number): string {
  const digest = createHmac('sha256', secret).update(`${atSeconds}.${payload}`, 'utf8').digest('hex');
  return `t=${atSeconds},v1=${digest}`;
}
