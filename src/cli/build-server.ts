// Bundles the server for `npm start`: our own source in one file, packages stay in node_modules.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * Libraries choose their production code by NODE_ENV when they are loaded, so it is set before anything else is.
 * Which rules apply stays the starter's choice (APP_ENV, or the NODE_ENV given); without one, production.
 */
const ENTRY = `process.env.APP_ENV ||= process.env.NODE_ENV || 'production';
process.env.NODE_ENV = 'production';
process.setSourceMapsEnabled(true);
await import('./main.js');
`;

await build({
  entryPoints: ['src/server/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
await writeFile('dist/server.js', ENTRY);
