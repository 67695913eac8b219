'use client';

import { twoFactorClient } from 'better-auth/client/plugins';
import { createAuthClient } from 'better-auth/react';

/** Talks to /api/auth of this origin. */
export const loginClient = createAuthClient({ plugins: [twoFactorClient()] });
