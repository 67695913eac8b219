import { z } from 'zod';

/** The token of a mail's link. */
export const optOutInput = z.object({ token: z.string().regex(/^[\w-]{20,64}$/) });
export type OptOutInput = z.input<typeof optOutInput>;
