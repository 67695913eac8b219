import { describe, expect, it } from 'vitest';
import type { Route } from './call';
import { createMatcher, plainPath } from './match';
import { routes } from './routes';

const row = (method: Route['method'], path: string): Route => ({
  method,
  path,
  who: 'verb',
  handle: async () => ({ data: null }),
});

describe('the table', () => {
  it('has no two rows for one request', () => {
    const shapes = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'finds %s',
    (_name, route) => {
      const match = createMatcher(routes)(route.method, route.path.replace(/:(\w+)/g, 'x-$1'));
      expect(match?.route).toBe(route);
      for (const [name, value] of Object.entries(match?.params ?? {})) expect(value).toBe(`x-${name}`);
    },
  );
});

describe('matching', () => {
  const match = createMatcher([row('GET', '/a/:id'), row('GET', '/a/fixed'), row('POST', '/a/:id/b')]);

  it('prefers fixed words to ids, whatever their order', () => {
    expect(match('GET', '/a/fixed')?.params).toEqual({});
    expect(match('GET', '/a/other')?.params).toEqual({ id: 'other' });
  });

  it('decodes ids, and takes a broken escape for no id', () => {
    expect(match('GET', '/a/t%2F1%20%C3%BC')?.params).toEqual({ id: 't/1 ü' });
    expect(match('GET', '/a/%')?.params).toEqual({ id: '' });
  });

  it.each([
    ['POST', '/a/1'],
    ['GET', '/a'],
    ['GET', '/a/1/b'],
    ['GET', '/a/1/b/c'],
  ])('knows no %s %s', (method, path) => expect(match(method, path)).toBeNull());
});

it.each([
  ['/restaurants//payments', '/restaurants/payments'],
  ['//api//v1///x/', '/api/v1/x'],
  ['/', '/'],
  ['/x', '/x'],
])('%s is read as %s', (given, plain) => expect(plainPath(given)).toBe(plain));
