import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path/posix';

/**
 * Who may import whom: folder under src -> folders or files under src.
 * The longest matching path decides. A layer may always import itself. `type …` allows types only.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  // Rules without I/O import nothing.
  domain: [],
  generated: [],
  env: ['domain'],

  // Words of the domain that SQL repeats, such as the codes of technical failures.
  db: ['generated', 'domain'],
  documents: [],
  stripe: ['domain', 'services/ports', 'services/errors'],
  notify: ['services/ports'],
  services: ['domain', 'db', 'generated', 'documents'],
  observability: ['services/ports', 'domain'],

  // Doors: side by side, they do not know each other.
  trpc: ['services', 'domain', 'observability', 'env'],
  rest: ['services', 'domain', 'observability', 'env'],
  webhooks: ['services', 'domain', 'observability', 'env'],
  realtime: ['services', 'domain', 'observability', 'env'],
  worker: ['services', 'domain', 'observability', 'env'],
  'opt-out': ['services', 'domain', 'observability', 'env'],
  exports: ['services', 'domain', 'observability', 'env', 'documents'],
  login: ['services', 'generated'],

  app: ['services', 'domain', 'observability', 'env', 'ui', 'client'],
  // Route files mount what a door, or the server's composition of it, exports.
  'app/api': ['trpc', 'rest', 'webhooks', 'realtime', 'server'],

  // Code that runs in a browser contains no server code. Pages share the pure rules of the domain.
  client: ['type trpc', 'type services', 'type domain'],
  ui: ['client', 'domain', 'type trpc', 'type services'],

  // Composition roots put everything together.
  server: ['*'],
  cli: ['*'],
};

/** Packages that only some folders may import (a prefix of the path from the repository's root). */
const PACKAGES: readonly { readonly name: RegExp; readonly allowed: readonly string[] }[] = [
  { name: /^stripe(\/|$)/, allowed: ['src/stripe/', 'tests/'] },
  { name: /^nodemailer(\/|$)/, allowed: ['src/notify/', 'tests/'] },
  {
    name: /^(pg|pg-.*|@prisma\/.*|prisma)(\/|$)/,
    allowed: ['src/db/', 'src/services/', 'tests/', 'prisma.config.ts'],
  },
];

/** Folders whose code also runs in a browser: they import no module of Node. */
const RUNS_IN_BROWSER = /^src\/(domain|ui|client)\//;

/** The only readers of process.env, and what they may read. */
const ENVIRONMENT_READERS: readonly { readonly path: RegExp; readonly allows: RegExp }[] = [
  { path: /^src\/env\.ts$/, allows: /./ },
  // Next.js replaces NODE_ENV in browser code at build time.
  { path: /^src\/(app|ui|client)\//, allows: /^process\.env\.NODE_ENV$/ },
  // Writes the first lines of dist/server.js, as text.
  { path: /^src\/cli\/server-entry\.ts$/, allows: /^process\.env\.(NODE|APP)_ENV$/ },
];

const LONGEST_FILE = 400;

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Every problem of one file; empty when it keeps the rules. `path` is relative to the repository's root. */
export function problemsOf(path: string, source: string): string[] {
  const code = withoutComments(source);
  const imports = importsOf(code);
  return [
    ...imports.flatMap((found) => layerProblem(path, found)),
    ...imports.flatMap((found) => packageProblem(path, found)),
    ...imports.flatMap((found) => browserProblem(path, found)),
    ...environmentProblems(path, code, imports),
    ...lengthProblem(path, source),
  ];
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(,])\/\/[^\n]*/g, '$1');
}

/** Imports, re-exports and dynamic imports. An import is type-only when nothing of it is left at run time. */
function importsOf(code: string): Import[] {
  const statements = code.matchAll(
    /(?:^|;)[ \t]*(?:import|export)\b(?<clause>[^'"`;()=]*?)(?:\bfrom\s*)?['"](?<specifier>[^'"]+)['"]/gm,
  );
  const dynamic = code.matchAll(/\b(?:import|require)\(\s*['"](?<specifier>[^'"]+)['"]/g);
  return [...statements, ...dynamic].map((match) => ({
    specifier: match.groups?.specifier ?? '',
    typeOnly: isTypeOnly(match.groups?.clause ?? ''),
  }));
}

function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const names = /^\s*\{(?<names>[^}]*)\}\s*$/.exec(clause)?.groups?.names?.split(',') ?? [];
  const given = names.map((name) => name.trim()).filter(Boolean);
  return given.length > 0 && given.every((name) => /^type\s/.test(name));
}

/** Path under src of an import of our own; undefined for packages and for files outside src. */
function ownPath(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith('@/')) return specifier.slice(2);
  if (!specifier.startsWith('.')) return undefined;
  const target = normalize(join(dirname(importer), specifier));
  return target.startsWith('src/') ? target.slice('src/'.length) : undefined;
}

function layerOf(pathInSrc: string): string | undefined {
  if (/^env(\.|$)/.test(pathInSrc)) return 'env';
  const inside = (layer: string) => pathInSrc === layer || pathInSrc.startsWith(`${layer}/`);
  return Object.keys(LAYERS)
    .filter(inside)
    .sort((a, b) => b.length - a.length)[0];
}

function layerProblem(path: string, { specifier, typeOnly }: Import): string[] {
  if (!path.startsWith('src/')) return [];
  const target = ownPath(path, specifier);
  if (target === undefined) return [];
  const layer = layerOf(path.slice('src/'.length));
  if (layer === undefined) return [`${path}: its folder has no row in LAYERS`];

  const permitted = (rule: string) => {
    const typesOnly = rule.startsWith('type ');
    const allowed = typesOnly ? rule.slice('type '.length) : rule;
    const matches =
      allowed === '*' ||
      target === allowed ||
      target.startsWith(`${allowed}/`) ||
      layerOf(target) === allowed;
    return matches && (typeOnly || !typesOnly);
  };
  // app/api may do what app may, besides its own row.
  const rules = [layer, ...(LAYERS[layer] ?? []), ...(LAYERS[layer.split('/')[0] ?? ''] ?? [])];
  return rules.some(permitted)
    ? []
    : [`${path}: ${layer} may not import ${typeOnly ? 'even types of ' : ''}${specifier}`];
}

function packageProblem(path: string, { specifier }: Import): string[] {
  const rule = PACKAGES.find(({ name }) => name.test(specifier));
  if (!rule || rule.allowed.some((prefix) => path.startsWith(prefix))) return [];
  return [`${path}: the package ${specifier} belongs to ${rule.allowed.join(', ')}`];
}

function browserProblem(path: string, { specifier, typeOnly }: Import): string[] {
  if (typeOnly || !RUNS_IN_BROWSER.test(path) || !isBuiltin(specifier)) return [];
  return [`${path}: it also runs in a browser, which has no ${specifier}`];
}

function environmentProblems(path: string, code: string, imports: readonly Import[]): string[] {
  if (!path.startsWith('src/')) return [];
  const reader = ENVIRONMENT_READERS.find((row) => row.path.test(path));
  const reads = [
    ...code.matchAll(/\bprocess\s*(?:\?\.|\.)\s*env\b(?:\.\w+)?|\bprocess\s*\[\s*['"]env['"]/g),
  ].map(([text]) => text);
  const hidden = imports.some(({ specifier }) => /^(node:)?process$/.test(specifier))
    ? [...code.matchAll(/import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"](?:node:)?process['"]/g)].map(
        ([text]) => text,
      )
    : [];
  return [...reads, ...hidden]
    .filter((text) => !reader?.allows.test(text))
    .map((text) => `${path}: ${text} is read outside src/env.ts`);
}

function lengthProblem(path: string, source: string): string[] {
  const lines = source.trimEnd().split('\n');
  if (!path.startsWith('src/') || lines.length <= LONGEST_FILE) return [];
  const firstComment = /^\s*(?:\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*\n)+)/.exec(source)?.[0] ?? '';
  const givesReason = /\b400 lines\b/.test(firstComment);
  return givesReason
    ? []
    : [`${path}: ${lines.length} lines; split it, or say in its first comment why it exceeds 400 lines`];
}
