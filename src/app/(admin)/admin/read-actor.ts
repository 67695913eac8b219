import { headers } from 'next/headers';
import { cache } from 'react';
import { currentApp } from '@/app/api/_mount/running-app';

/** Who is signed in and what they may do; null: nobody. Looked up once per request, however many parts of a page ask. */
export const readActor = cache(async () => {
  const app = await currentApp();
  return app.pageActor(await headers());
});
