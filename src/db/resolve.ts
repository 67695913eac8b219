import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Absolute path of the file that `specifier` names, as seen from this module or, when this module was
 * bundled to a place outside the project, from the working directory. Throws when neither knows it.
 */
export function resolveModule(specifier: string): string {
  try {
    return createRequire(path.join(process.cwd(), 'package.json')).resolve(specifier);
  } catch {
    return createRequire(import.meta.url).resolve(specifier);
  }
}
