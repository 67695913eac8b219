/** One request as control reports it. */
export interface RequestLogEntry {
  requestId: string;
  method: string;
  path: string;
  idempotencyKey: string | null;
  /** 0 when no answer was sent. */
  status: number;
  replayed: boolean;
  fault: string | null;
}

const KEPT = 20_000;
const IDS = /\/(pi|seti|ch|re|cus|pm|dp|po|txn|evt|we|acct)_[A-Za-z0-9_]+/g;

/** The latest requests, and how many there were per method and path. */
export class RequestLog {
  private entries: RequestLogEntry[] = [];
  private counts = new Map<string, number>();

  add(entry: RequestLogEntry): void {
    this.entries.push(entry);
    if (this.entries.length >= 2 * KEPT) this.entries = this.entries.slice(-KEPT);
    const place = `${entry.method} ${entry.path.replace(IDS, '/:id')}`;
    this.counts.set(place, (this.counts.get(place) ?? 0) + 1);
  }

  list(): RequestLogEntry[] {
    return this.entries.slice(-KEPT);
  }

  /** Requests by `METHOD /path`, ids replaced by `:id`. */
  countByPath(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  clear(): void {
    this.entries = [];
    this.counts = new Map();
  }
}
