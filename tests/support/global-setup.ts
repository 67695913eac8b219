import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '@/db/embedded';
import { applyMigrations } from '@/db/migrate';

/** The database that every test database is copied from: all migrations, no rows. */
export const templateName = 'tabsy_template';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL to the server of this run. */
    databaseUrl: string;
  }
}

/** One temporary server per run, with the migrations applied once, to a template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbeddedPostgres({ ephemeral: true, log: () => undefined });
  try {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${templateName}`);
    await client.end();
    const template = new URL(server.url);
    template.pathname = `/${templateName}`;
    await applyMigrations(template.href, { log: () => undefined });
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('databaseUrl', server.url);
  return () => server.stop();
}
