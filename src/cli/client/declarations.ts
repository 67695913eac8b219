import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path/posix';

/** Types of the server that no caller needs, as the compiler writes them into the router's. */
const SERVER_ONLY = /import\("(?:\.\.?\/)+trpc"\)\.(?:TrpcContext|ProcedureMeta)/g;
/** A function with its comment; the compiler indents all but the last line of a statement. */
const FUNCTION =
  /^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export declare function [^\n]*(?:\n[ \t][^\n]*)*(?:\n\}[^\n]*(?:\n[ \t][^\n]*)*)*\n/gm;
const IMPORT = /^import (?:type )?\{([^}]*)\} from [^\n]*\n/gm;
const SPECIFIER = /((?:\bfrom|\bimport)\s*\(?\s*)(["'])([^"']+)\2/g;

/** How the server works inside: what callers see must not lead there. */
const PRIVATE = /^(db|generated|stripe)\/|^services\/(context\.d\.ts$|ports\/)/;

/**
 * Copies the declarations that `entries` reach, and nothing else, with addresses that every module resolution understands.
 * @param from the compiler's output for the whole source, laid out like src
 * @throws Error when they reach how the server works inside
 * @returns the paths that were copied, relative to `to`
 */
export async function copyDeclarations(
  from: string,
  to: string,
  entries: readonly string[],
): Promise<string[]> {
  const reached = new Set(entries);
  // What is added while going through a set is gone through too.
  for (const path of reached) {
    const text = typesOnly(path, await readFile(join(from, path), 'utf8'));
    const portable = text.replace(SPECIFIER, (all, before: string, quote: string, specifier: string) => {
      const target = declarationOf(from, path, specifier);
      if (target === null) return all;
      reached.add(target);
      return `${before}${quote}${relativeTo(path, target)}${quote}`;
    });
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), portable);
  }
  return [...reached];
}

/** A module of the server without its functions, and without the imports that only they need. */
function typesOnly(path: string, text: string): string {
  if (path.startsWith('client/')) return text;
  const kept = text.replace(SERVER_ONLY, 'object').replace(FUNCTION, '');
  const body = kept.replace(IMPORT, '');
  return kept.replace(IMPORT, (statement, names: string) => {
    const used = names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => isUsed(body, name.split(' ').at(-1) ?? ''));
    return used.length === 0 ? '' : statement.replace(names, ` ${used.join(', ')} `);
  });
}

function isUsed(text: string, name: string): boolean {
  return name !== '' && new RegExp(`\\b${name}\\b`).test(text);
}

/** The file that an import of ours names; null for a package's. @throws Error when there is none */
function declarationOf(from: string, importer: string, specifier: string): string | null {
  const isOwn = specifier.startsWith('@/') || specifier.startsWith('.');
  if (!isOwn) return null;
  const path = specifier.startsWith('@/') ? specifier.slice(2) : join(dirname(importer), specifier);
  const found = [`${path}.d.ts`, `${path}/index.d.ts`].find((file) => existsSync(join(from, file)));
  if (found === undefined) throw new Error(`${importer} imports ${specifier}, which has no declarations`);
  if (PRIVATE.test(normalize(found))) {
    throw new Error(`${importer} brings ${specifier} to clients. Declare what they see elsewhere.`);
  }
  return normalize(found);
}

function relativeTo(importer: string, target: string): string {
  const path = relative(dirname(importer), target).replace(/\.d\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}
