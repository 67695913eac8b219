import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Everything that a build is made of, below the project's folder. */
const INPUTS = ['src', 'public', 'next.config.js', 'package-lock.json'];
/** Neither tests nor commands are part of a build, but for the one that bundles. */
const LEFT_OUT = /^src\/cli\/(?!build-server)|\.test\.tsx?$/;

/** Whether a build's last output is younger than all that it was made of. A folder's own time tells of deleted files. */
export async function isFresh(output: string): Promise<boolean> {
  const builtMs = await modifiedMs(output);
  if (builtMs === 0) return false;
  const newest = await Promise.all(INPUTS.map(newestIn));
  return builtMs > Math.max(...newest);
}

async function newestIn(input: string): Promise<number> {
  const entries = await readdir(input, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .map((entry) => path.join(entry.parentPath, entry.name).split(path.sep).join('/'))
    .filter((file) => !LEFT_OUT.test(file) && file !== 'src/cli');
  return Math.max(...(await Promise.all([input, ...paths].map(modifiedMs))));
}

/** 0: not there. */
async function modifiedMs(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.mtimeMs,
    () => 0,
  );
}
