import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/**
 * Every place of the server that opens a connection to somewhere, and whose word the address is. A new one must be thought about
 * before it is written down here: an address that a caller can choose would let them ask inside our network.
 */
const OPENS: Readonly<Record<string, string>> = {
  'src/rest/platform/proxy.ts':
    'PLATFORM_API_URL; only path and query are the caller’s, below /api/v1 (tests/contract/platform.test.ts)',
  'src/rest/simulate.ts': 'the simulator’s own address, outside production alone',
  'src/server/redis.ts': 'REDIS_URL',
  'src/server/socket-io.ts': 'REDIS_URL',
  'src/realtime/redis-wake.ts': 'REDIS_URL',
  'src/notify/smtp.ts': 'SMTP_URL',
  'src/services/identity/token.ts':
    'JWT_JWKS_URL; what a token says of its key counts for nothing (credentials.test.ts)',
  'src/login/auth.ts': 'OIDC_ISSUER_URL',
  'src/stripe/client.ts': 'STRIPE_API_BASE, else Stripe',
  'src/observability/tracing.ts': 'OTEL_EXPORTER_OTLP_ENDPOINT',
  'src/db/pool.ts': 'DATABASE_URL, DATABASE_REPLICA_URL',
  'src/db/schema-engine-adapter.ts': 'DATABASE_URL',
};

const OPENING =
  /(?<![\w.'`])(?:await |return |= )fetch\(|\bhttps?\.(?:request|get)\(|createRemoteJWKSet\(|new (?:Stripe|SMTPConnection|Redis|WebSocket|Pool|Client|OTLPTraceExporter)\(|\b(?:net|tls)\.connect\(|createConnection\(|discoveryUrl:/;

/** Not of the running server: a browser's code, commands, the simulator, the client package, the embedded database. */
const NOT_THE_SERVER =
  /^src\/(?:ui|client|cli|stripe\/simulator|generated|db\/embedded|db\/migrate)|\.test\.tsx?$/;

it('the server connects to addresses of its configuration alone, from these files', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((name) => `src/${name}`)
    .filter((path) => /\.tsx?$/.test(path) && !NOT_THE_SERVER.test(path));
  const opening = files.filter((path) => {
    const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    // Pages ask the running server itself, in this process.
    return OPENING.test(code.replaceAll('app.fetch(', ''));
  });
  // What it fetches are rows.
  expect(opening.filter((path) => path !== 'src/services/exports/kind.ts').sort()).toEqual(
    Object.keys(OPENS).sort(),
  );
});

it.each(['const a = await fetch(url)', 'return fetch(url)', 'https.request(url)', 'new WebSocket(url)'])(
  'a planted %s is seen',
  (code) => {
    expect(OPENING.test(code)).toBe(true);
  },
);
