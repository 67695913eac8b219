import { expect, test } from 'vitest';
import { inProgress } from './in-progress';

test('every subject keeps the one code that clients repeat on, and is told by its name', () => {
  for (const subject of ['payment', 'split', 'card setup'] as const) {
    const error = inProgress(subject);
    expect(error.code).toBe('CREATION_IN_PROGRESS');
    expect(error.message).toContain(`This ${subject} is being worked on.`);
    expect(error.message).not.toContain('created');
  }
});
