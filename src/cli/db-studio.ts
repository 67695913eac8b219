// Opens Prisma Studio on the service's database, the embedded one included: npm run db:studio -- --port 5555
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { env } from '@/env';
import { runCommand } from './command';
import { openDatabase } from './open-database';

await runCommand(async () => {
  const settings = env();
  const database = await openDatabase(settings);
  // An address of the user's own is read by prisma.config.ts: on a command line everybody could see its password.
  const address = settings.embeddedDatabase ? ['--url', database.url] : [];
  const given = process.argv.slice(2);
  // Where there is no browser to open, trying to would end Studio; it prints its address anyway.
  const browser = given.some((one) => /^(--browser|-b)(=|$)/.test(one)) ? [] : ['--browser', 'none'];
  console.log(`Prisma Studio on ${database.label}; open the address that it prints, Ctrl-C ends it`);
  const studio = spawn(
    process.execPath,
    ['node_modules/prisma/build/index.js', 'studio', ...address, ...browser, ...given],
    { stdio: 'inherit' },
  );
  // Studio ends first, then what was started for it; so this process must outlive the terminal's Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => studio.kill(signal));
  try {
    const [code] = await once(studio, 'exit');
    process.exitCode = typeof code === 'number' ? code : 0;
  } finally {
    await database.close();
  }
});
