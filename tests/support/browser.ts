import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { arch, platform } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright';

/** Quiet and self-contained: no sandbox (root has none), no calls home. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const SYSTEM_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

interface Found {
  executablePath: string;
  env: Record<string, string>;
}

/**
 * A headless Chromium: PLAYWRIGHT_CHROMIUM_PATH, Playwright's own, one of the system, or the one inside
 * @sparticuz/chromium (Linux x64). Throws with what to do when there is none. The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = findChromium();
  return chromium.launch({ executablePath, args: ARGS, env: { ...definedEnv(), ...env } });
}

function findChromium(): Found {
  const named = process.env.PLAYWRIGHT_CHROMIUM_PATH;
  if (named && !existsSync(named))
    throw new Error(`PLAYWRIGHT_CHROMIUM_PATH=${named}: there is no such file; name a Chrome or Chromium.`);
  if (named) return { executablePath: named, env: {} };
  const installed = [playwrightsOwn(), ...SYSTEM_NAMES.map(onPath), ...SYSTEM_PLACES].find(
    (path) => path !== null && existsSync(path),
  );
  if (installed) return { executablePath: installed, env: {} };
  if (platform() === 'linux' && arch() === 'x64') return packaged();
  throw new Error(
    'No Chromium found: run `npx playwright install chromium`, or set PLAYWRIGHT_CHROMIUM_PATH to a browser.',
  );
}

function playwrightsOwn(): string | null {
  try {
    return chromium.executablePath();
  } catch {
    return null;
  }
}

function onPath(name: string): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The package unpacks itself into the temporary folder, and takes whatever lies there for complete. So it unpacks into a
 * folder of its own, which gets its final name when it is whole: test files that start at once cannot meet half a browser.
 */
function packaged(): Found {
  const about = readFileSync('node_modules/@sparticuz/chromium/package.json', 'utf8');
  const { version } = JSON.parse(about) as { version: string };
  const cache = resolve('.data/cache');
  const home = join(cache, `chromium-${version}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(`${home}-`);
    unpackInto(fresh);
    writeFileSync(join(fresh, 'fonts.conf'), fontsConfiguration(home));
    try {
      renameSync(fresh, home);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(home)) throw error;
    }
  }
  const executablePath = join(home, 'chromium');
  const env: Record<string, string> = { FONTCONFIG_FILE: join(home, 'fonts.conf') };
  if (lacksLibraries(executablePath)) env.LD_LIBRARY_PATH = join(home, 'al2023/lib');
  return { executablePath, env };
}

/** In a process of its own, because the package reads where to and what from the environment. */
function unpackInto(folder: string): void {
  const script = `import('@sparticuz/chromium').then((found) => found.default.executablePath())`;
  execFileSync(process.execPath, ['--eval', script], {
    // The variable makes it unpack the libraries, too, that a bare system lacks.
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
    timeout: 60_000,
  });
}

/** The package's own names folders of another kind of machine. A browser without any font shows no text at all. */
function fontsConfiguration(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(home, 'fonts')}</dir>
  <cachedir>${join(home, 'font-cache')}</cachedir>
</fontconfig>
`;
}

function lacksLibraries(executablePath: string): boolean {
  return execFileSync('ldd', [executablePath], { encoding: 'utf8' }).includes('not found');
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
