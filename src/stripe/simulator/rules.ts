import { newId } from './ids';
import { seededRandom } from './random';

/** How often a rule applies. */
export interface Frequency {
  /** At most this many times; default without limit. */
  times?: number;
  /** Chance of each match, 0 to 1; default 1. */
  probability?: number;
  /** Seed of the chance; default 1. */
  seed?: number;
}

interface Armed<R> {
  id: string;
  rule: R;
  left: number;
  random: () => number;
}

/** An ordered list of rules: the first that matches, by chance and remaining times, is taken. */
export class Rules<R extends Frequency> {
  private armed: Armed<R>[] = [];

  /** Answers the id by which `clear` removes it. */
  add(rule: R): string {
    const id = newId('rule');
    this.armed.push({
      id,
      rule,
      left: rule.times ?? Number.POSITIVE_INFINITY,
      random: seededRandom(rule.seed ?? 1),
    });
    return id;
  }

  clear(id?: string): void {
    this.armed = id === undefined ? [] : this.armed.filter((entry) => entry.id !== id);
  }

  /** Takes the first matching rule and counts it. */
  take(matches: (rule: R) => boolean): R | undefined {
    for (const entry of this.armed) {
      if (entry.left <= 0 || !matches(entry.rule)) continue;
      if (entry.random() >= (entry.rule.probability ?? 1)) continue;
      entry.left -= 1;
      return entry.rule;
    }
    return undefined;
  }

  list(): { id: string; rule: R; left: number | null }[] {
    return this.armed.map(({ id, rule, left }) => ({ id, rule, left: Number.isFinite(left) ? left : null }));
  }
}

const compiled = new Map<string, RegExp>();

/** Glob match: `*` stands for anything but `/`, `**` for anything. */
export function matchesGlob(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    const source = escaped.replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^/]*'));
    expression = new RegExp(`^${source}$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}
