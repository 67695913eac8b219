import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { variableNames } from '@/env.variables';
import { LIMITS } from '@/server/listen';
import { ARTEFACT } from '../../support/production-folder';

/** What no container engine has read here is at least held against what it speaks of. */
const read = (file: string) => readFile(file, 'utf8');

test('the image holds what the tested production folder holds', async () => {
  const dockerfile = await read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY --from=build \S+ (.+)$/gm)].flatMap(([, rest = '']) =>
    rest.split(' '),
  );
  for (const part of ARTEFACT) expect(copied, part).toContain(`/app/${part}`);
});

test('everything that the build copies is there and not ignored', async () => {
  const ignored = (await read('.dockerignore')).trim().split('\n');
  const copied = [...(await read('Dockerfile')).matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, files = '']) => files.split(' '),
  );
  for (const file of copied.filter((one) => one !== '.')) {
    expect(ignored, file).not.toContain(file);
    await stat(file);
  }
});

test('the variables that compose.yml and the manual name are known to the service, or to compose itself', async () => {
  const known = new Set<string>([
    ...variableNames,
    'POSTGRES_PASSWORD',
    'POSTGRES_USER',
    'POSTGRES_DB',
    'PUBLIC_HOST',
    'NODE_EXTRA_CA_CERTS',
  ]);
  const compose = [...(await read('compose.yml')).matchAll(/^ {4,6}([A-Z][A-Z0-9_]+):/gm)].map(
    ([, name]) => name ?? '',
  );
  const manual = [...(await read('docs/operations.md')).matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/g)].map(
    ([, name]) => name ?? '',
  );
  expect(compose.length).toBeGreaterThan(5);
  expect(
    [...compose, ...manual].filter(
      (name) => !known.has(name) && !name.startsWith('OTEL_') && !name.startsWith('PG'),
    ),
  ).toEqual([]);
});

test('the nodes of compose.yml are told the address that the proxy answers at', async () => {
  const compose = await read('compose.yml');
  for (const name of ['WEBHOOK_BASE_URL', 'PUBLIC_URL'])
    expect(compose).toMatch(new RegExp(`^ {4}${name}: https://\\$\\{PUBLIC_HOST\\b`, 'm'));
});

test('all nodes of compose.yml together stay within the 100 requests a second that Stripe gives a live account', async () => {
  const compose = await read('compose.yml');
  const [, perNode] = /STRIPE_REQUESTS_PER_SECOND: .*?(\d+)/.exec(compose) ?? [];
  const nodes = [...compose.matchAll(/^ {2}node-\d: \*node$/gm)].length;
  expect(nodes * Number(perNode)).toBeLessThanOrEqual(100);
});

test('the proxy lets go of an idle connection before the node does: nothing is sent into one that is closing', async () => {
  const [, seconds] = /transport http \{\s+keepalive (\d+)s\s+\}/.exec(await read('ops/Caddyfile')) ?? [];
  expect(Number(seconds) * 1_000).toBeLessThan(LIMITS.keepAliveTimeout);
});

test('what the manual runs by npm runs in the image, from sources and packages that are there', async () => {
  const { scripts, dependencies } = JSON.parse(await read('package.json'));
  const manual = [...(await read('docs/operations.md')).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(
    ([, name = '']) => name,
  );
  // A build is what an image is made by.
  const typed = [...new Set(manual)].filter((name) => name !== 'build');
  expect(typed.length).toBeGreaterThan(4);
  const image = (await read('Dockerfile')).split(/^FROM /m).at(-1) ?? '';
  for (const part of ['/app/src', '/app/tsconfig.json', '/app/node_modules', '/app/prisma'])
    expect(image).toContain(part);
  expect(typed.filter((name) => !/^(tsx|node) src\/cli\//.test(scripts[name]))).toEqual([]);
  expect(dependencies).toHaveProperty('tsx');
});

test('a Node.js that this is not made for is refused at the installation', async () => {
  expect(await read('.npmrc')).toMatch(/^engine-strict=true$/m);
  const { engines } = JSON.parse(await read('package.json'));
  expect(JSON.parse(await read('package-lock.json')).packages[''].engines).toEqual(engines);
});

test.each(['docs', 'docs/adr'])('the index of %s names all of them', async (folder) => {
  const index = await read(`${folder}/README.md`);
  const documents = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(documents.filter((name) => !index.includes(`(${name})`))).toEqual([]);
});

test('the proxy and the scraper know the nodes of compose.yml', async () => {
  const services = [...(await read('compose.yml')).matchAll(/^ {2}(node-\d):/gm)].map(
    ([, name]) => name ?? '',
  );
  expect(services).toEqual(['node-1', 'node-2']);
  for (const file of ['ops/Caddyfile', 'ops/prometheus.yml'])
    for (const service of services) expect(await read(file), file).toContain(`${service}:5001`);
});

const documents = (await readdir('docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

test.each(['README.md', 'ARCHITECTURE.md', 'SECURITY.md', ...documents])(
  'every link and command in %s leads somewhere',
  async (file) => {
    const text = await read(file);
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? '');
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '');
    for (const link of links) await stat(new URL(link, `file://${process.cwd()}/${file}`));
    const paths = [...text.matchAll(/`((?:src|tests|ops|docs|prisma)\/[\w./-]+\.\w+)`/g)].map(
      ([, path]) => path ?? '',
    );
    for (const path of paths) await stat(path);
  },
);
