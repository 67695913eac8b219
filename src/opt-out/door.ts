import type { Deps, RequestInfo, ServiceContext } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { getOptOut, optOut } from '@/services/notifications';

/** Below it comes the token of a mail. */
export const OPT_OUT_PATH = '/n';

/**
 * The link at the end of every mail. GET asks, as mail programs open links to look at them; POST stops the mails, from the
 * page's button as well as from a mail program's own (RFC 8058).
 */
export async function handleOptOut(deps: Deps, request: Request, info: RequestInfo): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST') {
    return page(405, 'This page is opened from a mail', '', { allow: 'GET, HEAD, POST' });
  }
  const token = new URL(request.url).pathname.slice(OPT_OUT_PATH.length + 1);
  const ctx: ServiceContext = { ...deps, actor: { kind: 'anonymous' }, request: info };
  try {
    if (request.method === 'POST') {
      const { restaurantName } = await optOut(ctx, { token });
      return page(
        200,
        'No more mails',
        `<p>You will get no more mails about payments at ${escaped(restaurantName)}.</p>`,
      );
    }
    const { restaurantName } = await getOptOut(ctx, { token });
    return page(
      200,
      'Stop mails?',
      `<p>Mails about payments at ${escaped(restaurantName)}.</p><form method="post"><button>Stop them</button></form>`,
    );
  } catch (error) {
    if (!(error instanceof ServiceError) || (error.kind !== 'NOT_FOUND' && error.kind !== 'INVALID'))
      throw error;
    return page(404, 'Unknown link', '<p>Please use the link in your mail.</p>');
  }
}

function page(status: number, title: string, body: string, headers: Record<string, string> = {}): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<style>${STYLE}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>\n`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      ...headers,
    },
  });
}

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f4f2ee;color:#141311}main{max-width:32rem;margin:15vh auto;padding:0 1rem}button{font:inherit;padding:.75rem 1.25rem;border:0;border-radius:.5rem;background:#141311;color:#fff}@media (prefers-color-scheme:dark){body{background:#141311;color:#f4f2ee}button{background:#f4f2ee;color:#141311}}';

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
