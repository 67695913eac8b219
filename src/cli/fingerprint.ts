import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Everything that `npm run build` reads, below the project's folder. */
const INPUTS = ['src', 'public', 'next.config.js', 'tsconfig.json', 'package-lock.json'];
/** Neither tests nor commands are part of a build, but the one that bundles writes its entries. */
const LEFT_OUT = /^src\/cli\/(?!build-server)|\.test\.tsx?$/;

/** Where a build notes what it was made of. */
export const BUILD_STAMP = 'dist/build.json';

/** A hash of all that a build is made of: the same again means that building again would change nothing. */
export async function buildFingerprint(): Promise<string> {
  const files = (await Promise.all(INPUTS.map(filesIn))).flat().filter((file) => !LEFT_OUT.test(file));
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash
      .update(file)
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex');
}

async function filesIn(input: string): Promise<string[]> {
  const entries = await readdir(input, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [input];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name).split(path.sep).join('/'));
}
