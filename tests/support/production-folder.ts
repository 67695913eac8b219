import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuild } from '@/cli/demo/build';

export interface ProductionFolder {
  path: string;
  remove(): Promise<void>;
}

const BUILD_LIMIT_MS = 600_000;
/** What `npm start` needs beside node_modules; the Dockerfile copies the same (tests/integration/operations/files.test.ts). */
export const ARTEFACT = ['.next', 'dist', 'prisma', 'public', 'package.json', 'next.config.js'] as const;

/** The build in a folder with nothing else in it: no sources, no .env, no data of a developer. */
export async function makeProductionFolder(): Promise<ProductionFolder> {
  await ensureBuild(AbortSignal.timeout(BUILD_LIMIT_MS));
  const folder = await mkdtemp(path.join(tmpdir(), 'tabsy-production-'));
  for (const part of ARTEFACT) {
    await cp(part, path.join(folder, part), {
      recursive: true,
      // The cache of builds is large and no part of the result.
      filter: (source) => !/^\.next\/(cache|dev)(\/|$)/.test(source),
    });
  }
  await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
