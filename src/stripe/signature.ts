import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { EventVerification } from '@/services/ports';

export type SignatureProblem = Exclude<EventVerification, { ok: true }>['reason'];

const MAX_HEADER_LENGTH = 2_048;
const TIMESTAMP = /^\d{1,12}$/;

interface SignatureHeader {
  /** As written: these characters are signed. */
  timestamp: string;
  signatures: Buffer[];
}

/**
 * A checker of `Stripe-Signature` headers (Stripe "Verify webhook signatures"): HMAC-SHA256 of `<t>.<body>`, any secret
 * (rotation), any `v1`, constant time, then the age both ways. Null is a pass.
 * @throws RangeError without a secret, or for a tolerance below 1 s: in Stripe's own SDK 0 turns the age check off, so
 *   here nobody gets it by accident
 */
export function createSignatureCheck(secrets: readonly string[], toleranceSec: number) {
  if (secrets.length === 0 || secrets.some((secret) => secret.trim() === '')) {
    throw new RangeError('Webhooks need at least one signing secret, and none may be blank.');
  }
  if (!Number.isInteger(toleranceSec) || toleranceSec < 1) {
    throw new RangeError('The webhook signature tolerance must be a whole number of seconds, at least 1.');
  }
  const keys = [...new Set(secrets)].map((secret) => createSecretKey(secret, 'utf8'));

  return (rawBody: string, header: string | null, now: Date): SignatureProblem | null => {
    if (header === null || header === '') return 'missing';
    const parsed = parseHeader(header);
    if (!parsed) return 'malformed';
    if (!keys.some((key) => isSignedWith(key, rawBody, parsed))) return 'mismatch';
    const ageSec = Math.floor(now.getTime() / 1000) - Number(parsed.timestamp);
    if (ageSec > toleranceSec) return 'stale';
    return -ageSec > toleranceSec ? 'future' : null;
  };
}

function isSignedWith(key: KeyObject, rawBody: string, header: SignatureHeader): boolean {
  const expected = createHmac('sha256', key).update(`${header.timestamp}.`).update(rawBody, 'utf8').digest();
  return header.signatures.some(
    (given) => given.length === expected.length && timingSafeEqual(given, expected),
  );
}

/** Null unless there is exactly one timestamp and at least one `v1`. Other schemes, such as `v0`, are passed over. */
function parseHeader(header: string): SignatureHeader | null {
  if (header.length > MAX_HEADER_LENGTH) return null;
  let timestamp: string | null = null;
  const signatures: Buffer[] = [];
  for (const item of header.split(',')) {
    const equals = item.indexOf('=');
    const scheme = item.slice(0, equals);
    const value = item.slice(equals + 1);
    if (scheme === 't') {
      if (timestamp !== null || !TIMESTAMP.test(value)) return null;
      timestamp = value;
    } else if (scheme === 'v1') {
      // Characters that are not hex end the buffer early: its length then fails the comparison.
      signatures.push(Buffer.from(value.length === 64 ? value : '', 'hex'));
    }
  }
  return timestamp !== null && signatures.length > 0 ? { timestamp, signatures } : null;
}
