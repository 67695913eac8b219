import type { Env } from '@/env';
import { StartError } from './explain';

/** A process beside servers works on what they wrote: an embedded database or simulator of its own would be another world. */
export function assertShared(env: Env, program: string): void {
  if (!env.embeddedDatabase && !env.simulator) return;
  throw new StartError(
    `${program} shares database and processor with the servers: set DATABASE_URL and STRIPE_SECRET_KEY. ` +
      'Without them, the server (npm run dev, npm start) does this itself.',
  );
}
