import { isIP } from 'node:net';

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
  if (trustedHops === 0 || forwardedFor === null) return plain(connection.remoteAddress);
  const entries = forwardedFor.split(',').map((entry) => entry.trim());
  return plain(entries[Math.max(0, entries.length - trustedHops)] ?? null) ?? plain(connection.remoteAddress);
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
  return address !== null && (address === '::1' || withoutPrefix(address).startsWith('127.'));
}

/** As it is stored (INET): without the prefix of a mapped IPv4 address and the zone of a local one; null: no address. */
function plain(address: string | null): string | null {
  if (address === null || isIP(address) === 0) return null;
  return withoutPrefix(address.split('%')[0] ?? address);
}

function withoutPrefix(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
