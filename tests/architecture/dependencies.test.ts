import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { SDK_API_VERSION } from '@/env.variables';

interface LockedPackage {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Record<string, string>;
  readonly engines?: { readonly node?: string };
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

describe('the lock file', () => {
  it('names no address of a registry, so that it works behind any mirror', () => {
    const addresses = Object.values(lock.packages).filter((entry) => /^https?:/.test(entry.resolved ?? ''));
    expect(addresses).toEqual([]);
  });

  it('locks the binaries of every platform, or `npm ci` refuses (repair: node tools/complete-lock.mjs)', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !locked(path, name)),
    );
    expect(missing).toEqual([]);
  });
});

it('the default Stripe API version is the SDK’s own', () => {
  expect(SDK_API_VERSION).toBe(Stripe.API_VERSION);
});

/** Whether `name` resolves from the package at `path`, as Node would walk up. */
function locked(path: string, name: string): boolean {
  if (lock.packages[`${path ? `${path}/` : ''}node_modules/${name}`]) return true;
  return path !== '' && locked(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name);
}
