// Starts a built program, or says that nothing was built: node src/cli/start-built.js server|worker|live
import { existsSync } from 'node:fs';

const name = `dist/${process.argv[2]}.js`;
const program = new URL(`../../${name}`, import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  console.error(`${name} is not there: run npm run build first.`);
  process.exitCode = 1;
}
