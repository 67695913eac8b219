// Bundles the server for `npm start`: our own source in one file, packages stay in node_modules.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * Libraries choose their production code by NODE_ENV when they are loaded, so it is set before anything else is.
 * Which rules apply stays the starter's choice (APP_ENV, or the NODE_ENV given); without one, production.
 */
const entryOf = (program: string) => `process.env.APP_ENV ||= process.env.NODE_ENV || 'production';
process.env.NODE_ENV = 'production';
process.setSourceMapsEnabled(true);
await import('./${program}.js');
`;

/** The same build under development's rules, ending in good order when its starter goes, however that died. */
const DEMO_ENTRY = `process.env.APP_ENV = 'development';
process.stdin.on('end', () => process.emit('SIGTERM', 'SIGTERM') || process.exit(1)).resume().unref();
await import('./server.js');
`;

await build({
  entryPoints: {
    main: 'src/server/main.ts',
    'worker-main': 'src/server/worker-main.ts',
    'live-main': 'src/server/live-main.ts',
  },
  outdir: 'dist',
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
await writeFile('dist/server.js', entryOf('main'));
await writeFile('dist/worker.js', entryOf('worker-main'));
await writeFile('dist/live.js', entryOf('live-main'));
await writeFile('dist/demo-server.js', DEMO_ENTRY);
