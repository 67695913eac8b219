import { expect, test } from 'vitest';
import { pageAfterLogin, stepBefore } from './login-next';

test.each(['/admin', '/admin/payments?status=FAILED&do=refund', '/admin?restaurant=r'])(
  '%s is gone to',
  (page) => {
    expect(pageAfterLogin(page)).toBe(page);
  },
);

test.each([
  undefined,
  ['/admin/payments'],
  '',
  '/',
  '//evil.example/admin',
  'https://evil.example/admin',
  '/administrator',
  '/admin\\evil.example',
  'javascript:alert(1)',
  '/admin/\n/evil.example',
  '/admin/\t',
  'http://127.0.0.1/admin/payments',
])('%j is not: the overview is', (page) => {
  expect(pageAfterLogin(page)).toBe('/admin');
});

test('a step of signing in keeps what was asked for, and nothing that is not a page of ours', () => {
  expect(stepBefore('/admin/payments?status=FAILED&q=a%20b', '/admin/login')).toBe(
    '/admin/login?next=%2Fadmin%2Fpayments%3Fstatus%3DFAILED%26q%3Da%2520b',
  );
  expect(stepBefore('/admin', '/admin/login')).toBe('/admin/login');
  expect(stepBefore('//evil.example', '/admin/second-factor')).toBe('/admin/second-factor');
});
