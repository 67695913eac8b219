import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const CLIENT = { id: 'tabsy', secret: 'a-secret-at-the-provider' };

export interface OidcProvider {
  url: string;
  /** Who is signed in there, at the next authorization. */
  person: { sub: string; email: string; email_verified: boolean; name: string };
  /** Answers of the token endpoint so far. */
  tokenCalls: string[];
  stop(): Promise<void>;
}

/** The least of an OpenID Connect provider: discovery, authorization code with PKCE and nonce, signed id tokens. It asks nobody anything. */
export async function startOidcProvider(): Promise<OidcProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const granted = new Map<string, URLSearchParams>();
  const tokenCalls: string[] = [];
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status = 200, location, body }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(location !== undefined && { location }),
        });
        response.end(JSON.stringify(body ?? {}));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: OidcProvider = {
    url,
    person: { sub: 'sub-1', email: 'nobody@example.com', email_verified: true, name: 'Ada' },
    tokenCalls,
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status?: number; location?: string; body?: object }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (pathname === '/.well-known/openid-configuration') return { body: discovery(url) };
    if (pathname === '/jwks') return { body: { keys: [jwk] } };
    if (pathname === '/authorize') {
      const code = randomUUID();
      granted.set(code, searchParams);
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', searchParams.get('state') ?? '');
      return { status: 302, location: back.href };
    }
    if (pathname === '/token') return token(new URLSearchParams(await text(request)), request);
    return { status: 404 };
  }

  /** A code works once, for the client that asked for it, with the verifier of its challenge. */
  async function token(form: URLSearchParams, request: IncomingMessage) {
    const code = form.get('code') ?? '';
    const asked = granted.get(code);
    granted.delete(code);
    const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
    const isClient =
      request.headers.authorization === basic ||
      (form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!asked || !isClient || asked.get('code_challenge') !== challenge) {
      tokenCalls.push('refused');
      return { status: 400, body: { error: 'invalid_grant' } };
    }
    tokenCalls.push('given');
    const idToken = await new SignJWT({ ...provider.person, nonce: asked.get('nonce') })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer(url)
      .setAudience(CLIENT.id)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    return {
      body: { access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: idToken },
    };
  }
  return provider;
}

function discovery(url: string) {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
  };
}
