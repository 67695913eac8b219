import { afterEach, expect, it, vi } from 'vitest';
import { launchBrowser } from './browser';

afterEach(() => vi.unstubAllEnvs());

it('a browser that is not where PLAYWRIGHT_CHROMIUM_PATH says is named', async () => {
  vi.stubEnv('PLAYWRIGHT_CHROMIUM_PATH', '/nowhere/chrome');
  await expect(launchBrowser()).rejects.toThrow(
    'PLAYWRIGHT_CHROMIUM_PATH=/nowhere/chrome: there is no such file',
  );
});
