import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

// The CLI's own settings, read outside the application, hence the one other reader of process.env besides
// src/env.ts. `generate` never runs the schema engine, yet the CLI would download it, which a closed network
// refuses: any existing file satisfies it. Every other command really needs the engine and is left alone.
if (process.argv.includes('generate')) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(import.meta.url);
}

const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url && { datasource: { url } }),
});
