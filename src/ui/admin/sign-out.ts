/**
 * Leaves the pages; a full load, so that nothing of them stays in memory. What was typed is not for who comes next. Without the
 * login's client library: every page can sign out, few do more.
 */
export async function signOut(): Promise<void> {
  await fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  window.sessionStorage.clear();
  window.location.assign('/admin/login');
}
