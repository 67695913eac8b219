'use client';

import { twoFactorClient } from 'better-auth/client/plugins';
import { createAuthClient } from 'better-auth/react';

/** Talks to /api/auth of this origin. */
export const loginClient = createAuthClient({ plugins: [twoFactorClient()] });

/** Leaves the pages; a full load, so that nothing of them stays in memory. What was typed is not for who comes next. */
export async function signOut(): Promise<void> {
  await loginClient.signOut();
  window.sessionStorage.clear();
  window.location.assign('/admin/login');
}
