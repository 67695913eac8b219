// Applies the migrations that the database lacks: npm run db:migrate
import { applyMigrations } from '@/db/migrate';
import { env } from '@/env';
import { parseOptions, runCommand } from './command';
import { openDatabase } from './open-database';

await runCommand(async () => {
  parseOptions({});
  const database = await openDatabase(env());
  try {
    const { applied } = await applyMigrations(database.url, { log: (message) => console.log(message) });
    const what = applied.length === 0 ? 'nothing to apply, it is up to date' : `${applied.length} applied`;
    console.log(`${database.label}: ${what}`);
  } finally {
    await database.close();
  }
});
