// Packs the typed client for the frontends: `npm run build:client [-- --out FOLDER]` writes dist/client and its tarball.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { copyDeclarations } from './client/declarations';
import { clientManifest } from './client/manifest';
import { parseOptions, runCommand } from './command';

const run = promisify(execFile);
await runCommand(async () => {
  const { values } = parseOptions({ out: { type: 'string', default: 'dist/client' } });
  const out = resolve(values.out);
  const packageDir = join(out, 'package');
  const declarations = await mkdtemp(join(tmpdir(), 'tabsy-client-'));

  try {
    await rm(packageDir, { recursive: true, force: true });
    await mkdir(packageDir, { recursive: true });
    await build({
      entryPoints: { index: 'src/client/index.ts', react: 'src/client/react.tsx' },
      outdir: packageDir,
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'neutral',
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      logLevel: 'warning',
    });
    await run(process.execPath, [
      'node_modules/typescript/bin/tsc',
      ...['--project', 'src/client/tsconfig.build.json', '--outDir', declarations],
    ]);
    const entries = ['client/index.d.ts', 'client/react.d.ts'];
    await copyDeclarations(join(declarations, 'src'), join(packageDir, 'types'), entries);
    const own = JSON.parse(await readFile('package.json', 'utf8'));
    await writeFile(join(packageDir, 'package.json'), `${JSON.stringify(clientManifest(own), null, 2)}\n`);
    await cp('docs/frontends.md', join(packageDir, 'README.md'));
    await cp('docs/examples', join(packageDir, 'examples'), { recursive: true });
    await cp('LICENSE', join(packageDir, 'LICENSE'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', out], { cwd: packageDir });
    const [packed] = JSON.parse(stdout) as [{ filename: string; unpackedSize: number; entryCount: number }];
    console.log(`${join(out, packed.filename)}: ${packed.entryCount} files, ${packed.unpackedSize} bytes`);
  } finally {
    await rm(declarations, { recursive: true, force: true });
  }
});
