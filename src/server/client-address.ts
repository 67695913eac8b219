/** What the socket says about the other side. Null: not known, as in a Next.js route. */
export interface Connection {
  remoteAddress: string | null;
  isEncrypted: boolean;
}

/**
 * The caller's address. Only the last `trustedHops` entries of x-forwarded-for were written by proxies of ours;
 * anything before them may be invented by the caller.
 */
export function clientAddress(
  forwardedFor: string | null,
  connection: Connection,
  trustedHops: number,
): string | null {
  if (trustedHops === 0 || forwardedFor === null) return withoutPrefix(connection.remoteAddress);
  const entries = forwardedFor.split(',').map((entry) => entry.trim());
  const entry = entries[Math.max(0, entries.length - trustedHops)];
  return entry && isAddress(entry) ? withoutPrefix(entry) : withoutPrefix(connection.remoteAddress);
}

/** Whether the caller came by https: our own TLS, or the word of the nearest trusted proxy. */
export function cameByHttps(
  forwardedProto: string | null,
  connection: Connection,
  trustedHops: number,
): boolean {
  if (connection.isEncrypted) return true;
  if (trustedHops === 0 || forwardedProto === null) return false;
  return forwardedProto.split(',').at(-1)?.trim().toLowerCase() === 'https';
}

export function isLoopback(address: string | null): boolean {
  return address !== null && (address === '::1' || withoutPrefix(address)?.startsWith('127.') === true);
}

/** Stored as INET, so it must look like one. */
function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || (/^[0-9a-f:.]+$/i.test(text) && text.includes(':'));
}

function withoutPrefix(address: string | null): string | null {
  return address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
