/** Where a person goes after signing in: back to the admin page that asked for it, and never to another site. */
export function pageAfterLogin(next: unknown): string {
  return typeof next === 'string' && /^\/admin(?:[/?][^\\]*)?$/.test(next) ? next : '/admin';
}
