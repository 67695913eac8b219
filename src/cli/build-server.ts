// Bundles the server for `npm start`: our own source in one file, packages stay in node_modules.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { DEMO_ENTRY, entryOf } from './server-entry';

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
