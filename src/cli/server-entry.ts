/**
 * The first lines of a built program. Libraries choose their production code by NODE_ENV when they are loaded, so it is set
 * before anything else is. Which rules apply stays the starter's choice: APP_ENV, or the NODE_ENV given, by the environment
 * or by `.env`; without one, production. A NODE_ENV that does not exist stays, for the configuration to name.
 */
export const entryOf = (program: string) => `import { existsSync } from 'node:fs';
if ((process.env.APP_ENV || process.env.NODE_ENV) !== 'test' && existsSync('.env')) process.loadEnvFile('.env');
if (process.env.APP_ENV || ['', 'development', 'test', 'production'].includes(process.env.NODE_ENV ?? '')) {
  process.env.APP_ENV ||= process.env.NODE_ENV || 'production';
  process.env.NODE_ENV = 'production';
}
process.setSourceMapsEnabled(true);
await import('./${program}.js');
`;

/** The same build under development's rules, ending in good order when its starter goes, however that died. */
export const DEMO_ENTRY = `process.env.APP_ENV = 'development';
process.stdin.on('end', () => process.emit('SIGTERM', 'SIGTERM') || process.exit(1)).resume().unref();
await import('./server.js');
`;
