import { existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';

/** Kinds of values that variables have (env.variables.ts): how each is read, and what a wrong one is told. */

export const shown = (value: unknown) => `got ${JSON.stringify(value)}`;

/** A whole number written in digits; `unit` appears in the message. */
export function whole(min: number, max: number, unit: string) {
  const error = (issue: { input?: unknown }) =>
    `must be a whole number from ${min} to ${max} (${unit}), ${shown(issue.input)}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

export const flag = z
  .enum(['true', 'false', '1', '0'], { error: (issue) => `must be true or false, ${shown(issue.input)}` })
  .transform((value) => value === 'true' || value === '1');

/** An address with one of the schemes. Never echoed: it may carry a password. */
export function address(schemes: readonly string[], example: string) {
  const fits = (value: string) => URL.canParse(value) && schemes.includes(new URL(value).protocol);
  return z.string().refine(fits, { error: `must be an address such as ${example}`, abort: true });
}

/** A base address that paths are appended to: no query, no trailing slash. */
export function baseUrl(example: string) {
  return address(['http:', 'https:'], example)
    .refine((value) => !/[?#]/.test(value), {
      error: `must have neither query nor fragment, such as ${example}`,
    })
    .transform((value) => value.replace(/\/+$/, ''));
}

/** The address of a database, whose parts can be decoded as the driver will decode them. Never echoed. */
export function databaseUrl(example: string) {
  return address(['postgres:', 'postgresql:'], example).refine(decodes, {
    error: 'must have every % of its user, password, host and name written as %25',
  });
}

function decodes(value: string): boolean {
  const { username, password, hostname, pathname } = new URL(value);
  try {
    for (const part of [username, password, hostname, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** A host and nothing after it: the SDK sends every request to its own paths. */
export function isBareOrigin(value: string): boolean {
  const { origin, username, password, pathname } = new URL(value);
  return username === '' && password === '' && pathname === '/' && !/[?#]/.test(value) && origin !== 'null';
}

/** An IP address, or a name by RFC 1123; four numbers are an address or nothing. */
export function isListenHost(value: string): boolean {
  if (isIP(value) !== 0) return true;
  const labels = value.split('.');
  const isName = labels.every((label) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(label));
  return value.length <= 253 && isName && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** Whether a folder is there, or can be made: nothing on the way to it is a file. */
export function canBeFolder(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at)) return statSync(at).isDirectory();
    if (at === dirname(at)) return true;
  }
}

/** A secret whose first characters name its kind; its value is never echoed. */
export function prefixed(prefixes: readonly string[]) {
  const fits = (value: string) => prefixes.some((p) => value.startsWith(p)) && /^[\w-]{12,}$/.test(value);
  return z.string().refine(fits, {
    error: `must be a key that starts with ${prefixes.join(' or ')} (copy it whole from the Stripe dashboard)`,
  });
}

export const origins = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim().replace(/\/$/, '')))
  .refine((list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin), {
    error: 'must be a comma-separated list of origins such as https://app.example.com (no path, no *)',
  });
