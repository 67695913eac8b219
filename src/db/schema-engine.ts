import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { resolveModule } from './resolve';
import { MigrationAdapterFactory } from './schema-engine-adapter';

/** The package's typings belong to its entry; this is the same module before it was given its WebAssembly. */
type EngineModule = typeof import('@prisma/schema-engine-wasm') & {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
};

let lastPanic = '';
let loaded: Promise<EngineModule> | undefined;

/** Prisma's schema engine as WebAssembly: no binary to download, the same `_prisma_migrations` as the CLI's. */
function loadEngine(): Promise<EngineModule> {
  loaded ??= instantiate();
  return loaded;
}

async function instantiate(): Promise<EngineModule> {
  // Resolved at run time, as the package's own entry imports .wasm, which neither Node nor a bundle can.
  const bindingsPath = resolveModule('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings: EngineModule = await import(/* webpackIgnore: true */ pathToFileURL(bindingsPath).href);
  const bytes = await readFile(bindingsPath.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': withoutWaiting(bindings as unknown as WebAssembly.ModuleImports),
  });
  bindings.__wbg_set_wasm(instance.exports);
  // The engine reports a crash of its own here and would end the process if nobody listened.
  const registry = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } };
  registry.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message: (message) => {
      lastPanic = message;
    },
  };
  const start = instance.exports.__wbindgen_start;
  if (typeof start !== 'function') throw new Error('the schema engine has no start function');
  start();
  return bindings;
}

/** The engine leaves a timer of 10 s behind: it must not keep a process alive that has nothing else to do. */
function withoutWaiting(imports: WebAssembly.ModuleImports): WebAssembly.ModuleImports {
  const unref =
    (set: (...args: unknown[]) => unknown) =>
    (...args: unknown[]) => {
      const timer = set(...args);
      if (timer instanceof Object && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
      return timer;
    };
  return Object.fromEntries(
    Object.entries(imports).map(([name, value]) =>
      name.startsWith('__wbg_setTimeout') && typeof value === 'function'
        ? [name, unref(value as (...args: unknown[]) => unknown)]
        : [name, value],
    ),
  );
}

/** What the engine reports; `databaseMessage` is PostgreSQL's own sentence when there is one. */
export class SchemaEngineError extends Error {
  override readonly name = 'SchemaEngineError';

  constructor(
    message: string,
    readonly databaseMessage: string | undefined,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** Runs `work` with an engine on the database and closes every connection after it. */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const module = await loadEngine();
  const adapters = new MigrationAdapterFactory(databaseUrl);
  const engine = await module.SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapters),
  );
  try {
    return await work(engine);
  } catch (error) {
    const text =
      error instanceof WebAssembly.RuntimeError ? `${error.message} ${lastPanic}` : messageOf(error);
    throw new SchemaEngineError(text, adapters.lastDatabaseMessage, error);
  } finally {
    engine.free();
    await adapters.dispose();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
