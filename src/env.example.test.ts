import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadEnv } from '@/env';
import { variableNames } from '@/env.variables';

const load = (source: Record<string, string> = {}) => loadEnv(source as NodeJS.ProcessEnv);

describe('.env.example', () => {
  const text = readFileSync('.env.example', 'utf8');
  const lines = text.split('\n');
  const assignment = /^(?:# )?([A-Z][A-Z0-9_]+)=/;

  it('lists exactly the variables that the service knows, in the same order', () => {
    expect(lines.flatMap((line) => assignment.exec(line)?.[1] ?? [])).toEqual(variableNames);
  });

  it('explains each variable in the line above it', () => {
    const bare = lines.filter(
      (line, index) => assignment.test(line) && !/^# [^-].*\.$/.test(lines[index - 1] ?? ''),
    );
    expect(bare).toEqual([]);
  });

  it('sets nothing but the defaults', () => {
    const parsed = parseEnv(text) as Record<string, string>;
    expect(Object.values(parsed)).not.toContain('');
    expect(load(parsed)).toEqual(load());
  });
});
