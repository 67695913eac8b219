import {
  createTRPCClient,
  createWSClient,
  httpLink,
  splitLink,
  type TRPCClient,
  TRPCClientError,
  wsLink,
} from '@trpc/client';
import { SignJWT } from 'jose';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import type { Env } from '@/env';
import type { TokenRole } from '@/services/identity/token';
import type { AppRouter } from '@/trpc/routers';

export type Client = TRPCClient<AppRouter>;

/** Typed clients over real HTTP, one per kind of caller. */
export interface Clients {
  with(headers: Record<string, string>): Client;
  anonymous(): Client;
  asGuest(guestSessionId: string): Client;
  asCustomer(userId: string, guestSessionId?: string): Promise<Client>;
  asStaff(userId: string): Promise<Client>;
  asOwner(userId: string): Promise<Client>;
  asAdmin(userId?: string): Promise<Client>;
  asService(name?: string): Promise<Client>;
  /** A token as the platform would sign it. */
  token(role: TokenRole, subject: string, lifetime?: string): Promise<string>;
}

export function createClients(url: string, env: Env): Clients {
  const open = (headers: Record<string, string>): Client =>
    createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: (operation) => operation.type === 'subscription',
          true: wsLink({ client: openSocket(headers), transformer: superjson }),
          false: httpLink({ url: `${url}/api/trpc`, transformer: superjson, headers }),
        }),
      ],
    });

  /** Connects with the first subscription, and no longer than there is one. */
  const openSocket = ({ authorization, 'x-session-id': sessionId }: Record<string, string>) =>
    createWSClient({
      url: `${url.replace(/^http/, 'ws')}/api/trpc`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      lazy: { enabled: true, closeMs: 0 },
      connectionParams: () => ({
        ...(authorization && { token: authorization.replace(/^Bearer /, '') }),
        ...(sessionId && { sessionId }),
      }),
    });

  const token = (role: TokenRole, subject: string, lifetime = '1h'): Promise<string> =>
    new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(new TextEncoder().encode(env.auth.jwtSecret));

  const signedIn = async (role: TokenRole, subject: string, more: Record<string, string> = {}) =>
    open({ authorization: `Bearer ${await token(role, subject)}`, ...more });

  return {
    with: open,
    anonymous: () => open({}),
    asGuest: (guestSessionId) => open({ 'x-session-id': guestSessionId }),
    asCustomer: (userId, guestSessionId) =>
      signedIn('CUSTOMER', userId, guestSessionId ? { 'x-session-id': guestSessionId } : {}),
    asStaff: (userId) => signedIn('RESTAURANT_STAFF', userId),
    asOwner: (userId) => signedIn('RESTAURANT_OWNER', userId),
    asAdmin: (userId = 'admin-1') => signedIn('ADMIN', userId),
    asService: (name = 'platform') => signedIn('SERVICE', name),
    token,
  };
}

/** How a call was refused: tRPC's code and ours. Anything but a refusal is thrown on. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ code: string; appCode: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof TRPCClientError) || !error.data) throw error;
    return { code: error.data.code, appCode: error.data.appCode, message: error.message };
  }
  throw new Error('the call was expected to be refused, but it succeeded');
}
