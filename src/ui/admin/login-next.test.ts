import { expect, test } from 'vitest';
import { pageAfterLogin } from './login-next';

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
])('%j is not: the overview is', (page) => {
  expect(pageAfterLogin(page)).toBe('/admin');
});
