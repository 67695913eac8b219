import { createHmac } from 'node:crypto';

export const PASSWORD = 'correct-horse-battery';

/** A browser at a page of this server: it keeps cookies and says where it is. */
export function openBrowser(url: string, origin = url) {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  async function send(path: string, body?: unknown): Promise<Response> {
    const response = await fetch(new URL(path, url), {
      redirect: 'manual',
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        origin,
        'sec-fetch-site': origin === url ? 'same-origin' : 'cross-site',
        cookie: cookie(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
  return {
    jar,
    send,
    signIn: (email: string, password = PASSWORD) => send('/api/auth/sign-in/email', { email, password }),
    /** Whether the admin's procedures answer. */
    inbox: () => send(`/api/trpc/inbox.list?input=${encodeURIComponent(JSON.stringify({ json: {} }))}`),
  };
}

/** What an authenticator app shows now for the key of an otpauth address. */
export function codeOf(totpUri: string): string {
  return totp(decodeBase32(new URL(totpUri).searchParams.get('secret') ?? ''));
}

/** The code of this half minute (RFC 6238: six digits, SHA-1, 30 seconds). */
function totp(key: Buffer): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** TOTP secrets travel in base32 (RFC 4648). */
function decodeBase32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
