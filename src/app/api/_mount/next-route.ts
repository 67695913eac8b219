import { currentApp } from '@/server/current-app';

/**
 * The Next.js mount: the same handler as the direct one. A route does not see the socket, so
 * the caller's address and scheme are known only from trusted proxies.
 */
export async function handleNextRoute(request: Request): Promise<Response> {
  const app = await currentApp();
  return app.fetch(request, { remoteAddress: null, isEncrypted: false });
}
