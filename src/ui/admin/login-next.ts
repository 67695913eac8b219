/** Where the server in front tells a page its own address: a layout of Next.js does not know it. What a caller sends is replaced. */
export const PAGE_ADDRESS_HEADER = 'x-page-address';

/** Where a person goes after signing in: back to the admin page that asked for it, and never to another site. */
export function pageAfterLogin(next: unknown): string {
  // As browsers write addresses: printable ASCII. They read a backslash as a slash, and skip line breaks.
  return typeof next === 'string' && /^\/admin(?:[/?][!-[\]-~]*)?$/.test(next) ? next : '/admin';
}

/** The address of a step of signing in that leads to `next` afterwards. */
export function stepBefore(next: unknown, step: '/admin/login' | '/admin/second-factor'): string {
  const page = pageAfterLogin(next);
  return page === '/admin' ? step : `${step}?next=${encodeURIComponent(page)}`;
}
