// Shows the SQL by which prisma/migrations falls short of prisma/schema.prisma: npm run db:diff
import { startEmbeddedPostgres } from '@/db/embedded';
import { migrationDiff } from '@/db/migrate';
import { parseOptions, runCommand } from './command';

await runCommand(async () => {
  parseOptions({});
  // A temporary server: the comparison needs an empty database and must not depend on, or touch, anybody's own.
  const server = await startEmbeddedPostgres({ ephemeral: true, log: (message) => console.error(message) });
  try {
    const sql = await migrationDiff(server.url);
    if (sql === '') {
      console.log('No drift: prisma/schema.prisma and prisma/migrations agree.');
      return;
    }
    console.log(sql);
    console.error('\nDrift: write this SQL into a new migration, or correct prisma/schema.prisma.');
    process.exitCode = 1;
  } finally {
    await server.stop();
  }
});
