import { expect, it } from 'vitest';
import { formatTraceparent, parseTraceparent } from './traceparent';

const TEXT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

it('reads back what it writes', () => {
  const span = parseTraceparent(TEXT);
  expect(span).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', traceFlags: 1, isRemote: true });
  expect(span && formatTraceparent(span)).toBe(TEXT);
});

it.each([
  ['nothing', null],
  ['an empty one', ''],
  ['another version', TEXT.replace(/^00/, '01')],
  ['capitals', TEXT.toUpperCase()],
  ['a trace of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['a span of zeros', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
  ['something behind it', `${TEXT}-x`],
  ['a line break', `${TEXT}\n`],
])('takes %s for none', (_name, text) => {
  expect(parseTraceparent(text)).toBeNull();
});
