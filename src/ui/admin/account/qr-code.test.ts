import { renderToStaticMarkup } from 'react-dom/server';
import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { darkModules, QrCode } from './qr-code';

test('every dark module is a square, and nothing else is drawn', () => {
  expect(
    darkModules([
      [true, false],
      [false, true],
    ]),
  ).toBe('M0 0h1v1h-1zM1 1h1v1h-1z');
});

test('a key’s address becomes a code with its quiet zone and a name, without a style or script that a policy refuses', () => {
  const text = `otpauth://totp/Tabsy:ada@example.com?secret=${'A2'.repeat(26)}&issuer=Tabsy&digits=6&period=30`;
  const drawn = renderToStaticMarkup(QrCode({ text, label: 'The key' }));
  const plain = encode(text, { ecc: 'M', border: 0 });
  expect(drawn).toContain(`viewBox="0 0 ${plain.size + 8} ${plain.size + 8}"`);
  expect(drawn.match(/M\d+ \d+h1v1h-1z/g)).toHaveLength(plain.data.flat().filter(Boolean).length);
  expect(drawn).toContain('aria-label="The key"');
  expect(drawn).not.toMatch(/style=|<script|href=/);
});
