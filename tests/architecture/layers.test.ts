import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOf } from './rules';

describe('the source', () => {
  it('keeps the layers, the packages in their place, process.env in one file, and files short', () => {
    const paths = ['src', 'tests']
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
      )
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => /\.tsx?$/.test(path) && !/^(src\/generated|tests\/architecture)\//.test(path));
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.flatMap((path) => problemsOf(path, readFileSync(path, 'utf8')))).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  it.each([
    ['domain asks the database', 'src/domain/money.ts', `import { pool } from '@/db/client';`],
    [
      'domain asks the database by a relative path',
      'src/domain/a/b.ts',
      `import { pool } from '../../db/client';`,
    ],
    [
      'domain looks even at a type of a service',
      'src/domain/x.ts',
      `import type { Actor } from '@/services/actor';`,
    ],
    ['domain reads the configuration', 'src/domain/x.ts', `import { env } from '@/env';`],
    ['a service reads the configuration', 'src/services/x.ts', `import { env } from '@/env';`],
    ['a service calls a door', 'src/services/x.ts', `import { router } from '@/trpc/router';`],
    ['a service calls Stripe directly', 'src/services/x.ts', `import { client } from '@/stripe/client';`],
    ['the database calls a service', 'src/db/x.ts', `export { create } from '@/services/payments';`],
    [
      'stripe reaches beyond the ports',
      'src/stripe/x.ts',
      `import { create } from '@/services/payments/create';`,
    ],
    ['one door calls another', 'src/rest/x.ts', `import {\n  router,\n} from '@/trpc/router';`],
    ['one door calls another later', 'src/rest/x.ts', `const r = await import('@/trpc/router');`],
    ['a door asks the database', 'src/webhooks/x.ts', `import { pool } from '@/db/client';`],
    ['a door imports for effect only', 'src/webhooks/x.ts', `import '@/db/client';`],
    ['a page mounts a door', 'src/app/admin/page.tsx', `import { router } from '@/trpc/router';`],
    ['a component runs a service', 'src/ui/x.tsx', `import { type A, create } from '@/services/payments';`],
    ['a component uses a module of Node', 'src/ui/x.tsx', `import { createHash } from 'node:crypto';`],
    ['a rule that pages share uses a module of Node', 'src/domain/x.ts', `import { join } from 'path';`],
    ['the client runs the router', 'src/client/x.ts', `import { router } from '@/trpc/router';`],
    ['a folder is not in the table', 'src/helpers/x.ts', `import { a } from '@/domain/money';`],
    ['a service uses the Stripe package', 'src/services/x.ts', `import type Stripe from 'stripe';`],
    ['a door uses pg', 'src/rest/x.ts', `import { Pool } from 'pg';`],
    ['a door uses Prisma', 'src/rest/x.ts', `import { Prisma } from '@prisma/client/runtime/client';`],
    ['a service reads process.env', 'src/services/x.ts', 'const a = process.env.A;'],
    ['a door reads process.env by another spelling', 'src/rest/x.ts', `const a = process['env'].A;`],
    ['a door imports env of node:process', 'src/rest/x.ts', `import { env } from 'node:process';`],
    ['a component reads more than NODE_ENV', 'src/ui/x.tsx', 'const a = process.env.STRIPE_SECRET_KEY;'],
    ['a component takes the whole environment', 'src/ui/x.tsx', 'const a = process.env;'],
    ['a file is too long', 'src/domain/x.ts', '\n'.repeat(400).concat('export {};')],
  ])('%s', (_what, path, source) => {
    expect(problemsOf(path, source)).toHaveLength(1);
  });
});

describe('what is allowed is not reported', () => {
  it.each([
    [
      'a service decides and writes',
      'src/services/x.ts',
      `import { a } from '@/domain/money';\nimport '@/db/client';`,
    ],
    [
      'stripe implements the ports',
      'src/stripe/x.ts',
      `import type { P } from '@/services/ports';\nimport 'stripe';`,
    ],
    [
      'a route file mounts a door',
      'src/app/api/trpc/route.ts',
      `export { handler as GET } from '@/trpc/handler';`,
    ],
    ['a route file reads a service', 'src/app/api/x/route.ts', `import { a } from '@/services/a';`],
    ['the client takes the router’s type', 'src/client/x.ts', `import type { Router } from '@/trpc/router';`],
    ['the client takes only types', 'src/client/x.ts', `import { type A, type B } from '@/trpc/router';`],
    ['the server composes all', 'src/server/main.ts', `import '@/trpc/router';\nimport '@/db/client';`],
    ['the configuration is one layer', 'src/env.ts', `import '@/env.rules';\nconst a = process.env;`],
    ['a component uses a rule of the domain', 'src/ui/x.tsx', `import { a } from '@/domain/money';`],
    ['a component asks for NODE_ENV', 'src/ui/x.tsx', 'const a = process.env.NODE_ENV;'],
    ['words in a comment', 'src/domain/x.ts', `// see process.env and\n/* import '@/db/client'; */`],
    [
      'a long file with a reason',
      'src/domain/x.ts',
      `// Over 400 lines: one table.\n${'\n'.repeat(500)}export {};`,
    ],
  ])('%s', (_what, path, source) => {
    expect(problemsOf(path, source)).toEqual([]);
  });
});
