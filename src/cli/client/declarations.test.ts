import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyDeclarations } from './declarations';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tabsy-declarations-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let run = 0;

/** Copies what `client/index.d.ts` reaches. Answers the copied files by path. */
async function copied(files: Record<string, string>): Promise<Record<string, string>> {
  const [from, to] = [join(folder, `from-${++run}`), join(folder, `to-${run}`)];
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(from, path)), { recursive: true });
    await writeFile(join(from, path), text);
  }
  const paths = await copyDeclarations(from, to, ['client/index.d.ts']);
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(to, path), 'utf8')] as const)),
  );
}

it('copies what is reached, with addresses that name files, and packages as they are', async () => {
  const files = await copied({
    'client/index.d.ts': `import type { A } from '@/services/a';\nimport type { Z } from 'zod';\nexport type B = A | Z | import("../services/c").C;\n`,
    'services/a/index.d.ts': 'export type A = 1;\n',
    'services/c.d.ts': 'export type C = 2;\n',
    'services/unused.d.ts': 'export type D = 3;\n',
  });
  expect(Object.keys(files).sort()).toEqual([
    'client/index.d.ts',
    'services/a/index.d.ts',
    'services/c.d.ts',
  ]);
  expect(files['client/index.d.ts']).toBe(
    `import type { A } from '../services/a/index.js';\nimport type { Z } from 'zod';\nexport type B = A | Z | import("../services/c.js").C;\n`,
  );
});

it('leaves out the functions of the server, with their comments and what only they import', async () => {
  const files = await copied({
    'client/index.d.ts': "export type { View } from '../services/view';\n",
    'services/view.d.ts': `import type { ServiceContext } from './context';
import type { Kept, Gone } from './kept';
/** A view. */
export interface View {
    kept: Kept;
}
/**
 * Reads it.
 */
export declare function read(ctx: ServiceContext, input: {
    id: string;
}): Promise<View & {
    more: Gone;
}>;
export type After = 1;
`,
    'services/kept.d.ts': 'export type Kept = 1;\nexport type Gone = 2;\n',
    'services/context.d.ts': 'export type ServiceContext = 1;\n',
  });
  expect(files['services/view.d.ts']).toBe(`import type { Kept } from './kept.js';
/** A view. */
export interface View {
    kept: Kept;
}
export type After = 1;
`);
});

it('the router’s context and meta are nobody’s business', async () => {
  const files = await copied({
    'client/index.d.ts': "export type { R } from '../trpc/routers/index';\n",
    'trpc/routers/index.d.ts':
      'export type R = { ctx: import("../trpc").TrpcContext; meta: import("../trpc").ProcedureMeta };\n',
  });
  expect(files['trpc/routers/index.d.ts']).toBe('export type R = { ctx: object; meta: object };\n');
});

it('refuses to show how the server works inside, and an import that leads nowhere', async () => {
  const entry = "export type { A } from '@/services/a';\n";
  await expect(
    copied({
      'client/index.d.ts': entry,
      'services/a.d.ts': "export type A = import('../db/sql').Sql;\n",
      'db/sql.d.ts': 'export type Sql = 1;\n',
    }),
  ).rejects.toThrow('services/a.d.ts brings ../db/sql to clients');
  await expect(copied({ 'client/index.d.ts': entry })).rejects.toThrow('has no declarations');
});
