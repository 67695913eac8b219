import { missingResource } from './errors';

type Index<T> = (item: T) => string | null;

/** Objects of one kind in order of creation, with look-up by id and by a few foreign keys. */
export class Collection<T extends { id: string }> {
  private readonly byId = new Map<string, T>();
  private readonly order: string[] = [];
  private readonly positions = new Map<string, number>();
  private readonly indexed = new Map<string, Map<string, Set<string>>>();

  /** @param kind the word in Stripe's "No such <kind>" message */
  constructor(
    readonly kind: string,
    private readonly indexes: Record<string, Index<T>> = {},
  ) {
    for (const name of Object.keys(indexes)) this.indexed.set(name, new Map());
  }

  insert(item: T): T {
    this.byId.set(item.id, item);
    this.positions.set(item.id, this.order.length);
    this.order.push(item.id);
    this.link(item);
    return item;
  }

  find(id: string): T | undefined {
    return this.byId.get(id);
  }

  /** The object, or Stripe's resource_missing that blames `param`. */
  get(id: string, param = 'id'): T {
    const found = this.byId.get(id);
    if (found === undefined) throw missingResource(this.kind, id, param);
    return found;
  }

  /** Replaces the object by a copy with `changes`; the old object stays as it was. */
  patch(id: string, changes: Partial<T>): T {
    const before = this.get(id);
    const after = { ...before, ...changes };
    this.byId.set(id, after);
    if (this.indexed.size > 0) {
      this.unlink(before);
      this.link(after);
    }
    return after;
  }

  remove(id: string): void {
    const before = this.byId.get(id);
    if (before === undefined) return;
    this.unlink(before);
    this.byId.delete(id);
  }

  /** Objects whose index `name` equals `key`, oldest first. */
  by(name: string, key: string): T[] {
    const found: T[] = [];
    for (const id of this.indexed.get(name)?.get(key) ?? []) {
      const item = this.byId.get(id);
      if (item !== undefined) found.push(item);
    }
    return found.sort((a, b) => this.positionOf(a.id) - this.positionOf(b.id));
  }

  positionOf(id: string): number {
    return this.positions.get(id) ?? -1;
  }

  /** Walks from `position` by `step` (1 newer, -1 older) while objects exist. */
  *walk(position: number, step: 1 | -1): Generator<T> {
    for (let at = position; at >= 0 && at < this.order.length; at += step) {
      const item = this.byId.get(this.order[at] ?? '');
      if (item !== undefined) yield item;
    }
  }

  get size(): number {
    return this.byId.size;
  }

  get end(): number {
    return this.order.length - 1;
  }

  /** Oldest first. */
  all(): T[] {
    return [...this.walk(0, 1)];
  }

  clear(): void {
    this.byId.clear();
    this.positions.clear();
    this.order.length = 0;
    for (const index of this.indexed.values()) index.clear();
  }

  private link(item: T): void {
    for (const [name, index] of this.indexed) {
      const key = this.indexes[name]?.(item);
      if (key == null) continue;
      const ids = index.get(key);
      if (ids === undefined) index.set(key, new Set([item.id]));
      else ids.add(item.id);
    }
  }

  private unlink(item: T): void {
    for (const [name, index] of this.indexed) {
      const key = this.indexes[name]?.(item);
      if (key != null) index.get(key)?.delete(item.id);
    }
  }
}
