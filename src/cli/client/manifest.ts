/** What the client runs with in every frontend; the versions are this project's own. */
const DEPENDENCIES = ['@trpc/client', '@trpc/server', 'superjson', 'zod'];
/** What the hooks need beside it, and only they. */
const FOR_HOOKS = ['@tanstack/react-query', '@trpc/react-query', 'react'];

interface OwnManifest {
  version: string;
  license: string;
  dependencies: Record<string, string>;
}

/** The package.json of the published client. @throws Error when a version is missing */
export function clientManifest(own: OwnManifest): object {
  const versionsOf = (names: readonly string[], prefix: string) =>
    Object.fromEntries(
      names.map((name) => {
        const version = own.dependencies[name];
        if (version === undefined) throw new Error(`package.json lacks ${name}`);
        // tRPC's packages know each other by exact version.
        return [name, name.startsWith('@trpc/') ? version : `${prefix}${version}`];
      }),
    );
  return {
    name: '@tabsy/payments-client',
    version: own.version,
    description:
      'Typed client of the Tabsy payments server: tRPC over HTTP and websockets, with React hooks.',
    license: own.license,
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './types/client/index.d.ts', default: './index.js' },
      './react': { types: './types/client/react.d.ts', default: './react.js' },
    },
    dependencies: versionsOf(DEPENDENCIES, '^'),
    peerDependencies: versionsOf(FOR_HOOKS, '^'),
    peerDependenciesMeta: Object.fromEntries(FOR_HOOKS.map((name) => [name, { optional: true }])),
  };
}
