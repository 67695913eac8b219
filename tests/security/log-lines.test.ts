import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '@/observability/logger';
import { startTestApp, type TestApp } from '../support/app';
import { hostileText } from './fuzz/hostile';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

it('whatever is logged is one line of JSON: nothing that is sent can write a line of its own', () => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    secrets: [],
    destination: { write: (line) => lines.push(line) },
  });
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (name, value, message) => {
      lines.length = 0;
      log.warn({ [name]: value, err: new Error(message) }, message);
      expect(lines).toHaveLength(1);
      const [line = ''] = lines;
      // One break, at the end; no other character that moves a terminal.
      expect(movesTerminal(line.slice(0, -1))).toBe(false);
      expect(line.endsWith('\n')).toBe(true);
      expect(JSON.parse(line).level).toBe(40);
    }),
  );
});

it('a request cannot name itself into the log', async () => {
  const before = app.logLines.length;
  const path = `/api/trpc/payments.get%0d%0a{"level":50,"msg":"forged"}`;
  await new Promise<void>((resolve, reject) => {
    const call = request(`${app.url}/`, {
      path,
      headers: {
        'x-request-id': 'x"} {"level":50',
        'user-agent': '"} {"level":50}',
        'x-forwarded-for': '{"a":1}',
      },
    });
    call
      .on('error', reject)
      .on('response', (response) => response.resume().on('end', resolve))
      .end();
  });
  const written = app.logLines.slice(before);
  expect(written.length).toBeGreaterThan(0);
  for (const line of written) {
    expect(movesTerminal(line.trimEnd())).toBe(false);
    expect(JSON.parse(line).level).toBeLessThan(50);
  }
});

function movesTerminal(text: string): boolean {
  return ['\n', '\r', '\u001b'].some((character) => text.includes(character));
}
