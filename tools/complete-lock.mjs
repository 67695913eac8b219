// Adds to package-lock.json the binaries of other platforms that npm left out because the registry in use hides
// them; without them `npm ci` refuses the lock file. Run after `npm install` when the test of the lock file fails.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

function isLocked(path, name) {
  if (lock.packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true;
  return path !== '' && isLocked(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name);
}

/** The platform is part of the name: @next/swc-linux-x64-musl. */
function platformOf(name) {
  const parts = name.split('/').at(-1).split('-');
  // Runs anywhere, so npm records a processor and no system.
  if (parts.includes('wasm32')) return { cpu: ['wasm32'] };
  const os = SYSTEMS.find((system) => parts.includes(system));
  const cpu = PROCESSORS.find((processor) => parts.includes(processor));
  if (!os || !cpu)
    throw new Error(`${name}: its name does not tell the platform; add it to package-lock.json by hand`);
  const musl = parts.some((part) => part.startsWith('musl'));
  return { cpu: [cpu], os: [os], ...(os === 'linux' && { libc: [musl ? 'musl' : 'glibc'] }) };
}

for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    const added = { version, ...platformOf(name), ...(parent.dev && { dev: true }), optional: true };
    lock.packages[`node_modules/${name}`] = added;
    console.log(`added ${name}@${version}`);
  }
}

lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
