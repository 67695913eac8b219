import { setTimeout as pause } from 'node:timers/promises';
import { ServiceError } from '../errors';
import { createArrivals } from './arrivals';
import type { FeedEvent, LiveFeed } from './feed';
import { comparePositions } from './position';
import { positionOf } from './read-outbox';
import type { Room } from './rooms';

/** What a subscriber gets: events, and words about the stream itself. */
export type WatchItem =
  | { kind: 'event'; position: string; event: FeedEvent }
  /** Everything up to here has been sent. */
  | { kind: 'ready'; position: string }
  /** What came before is no longer kept: load everything anew; from here on nothing is missed. */
  | { kind: 'resync'; position: string };

/** The way to one subscriber, as the door that holds its connection knows it. */
export interface WatchLink {
  /** More waits to be sent than a healthy connection needs. */
  isSlow(): boolean;
  /** Ends the connection so that its client comes back and resumes. */
  cutOff(): void;
  /** Its client was told to come back elsewhere: nothing more may be sent. */
  isLeaving(): boolean;
  /** What is sent from here to `flush` may leave in one piece. */
  hold(): void;
  /** Lets go what is held; nothing may be. */
  flush(): void;
}

export interface WatchRequest {
  feed: LiveFeed;
  room: Room;
  link: WatchLink;
  /** The position to resume after; null: from now. */
  after: string | null;
  /** Ends the subscription. */
  signal: AbortSignal;
  /** Throws when access has ended. */
  recheck(): Promise<void>;
  recheckMs: number;
  /** Events of a room that ask for a recheck at once, besides the clock. */
  endings: { room: Room; types: ReadonlySet<string> } | null;
}

const PAGE = 200;
/** What may wait in memory while a subscriber catches up. */
const MAX_WAITING = 20_000;
const DRAIN_LOOK_MS = 20;
/** So many are looked at and sent in one go: a system call each would be most of the work. */
const TOGETHER = 16;

/**
 * Everything that happens in a room, once and in order, a few at a time: first what came after `after`, then what comes. It listens
 * before it reads, so nothing falls in between; what both told is sent once, by position. To ask on says that all were sent.
 * @throws ServiceError CURSOR_INVALID, and what `recheck` throws
 */
export async function* watch(request: WatchRequest): AsyncGenerator<readonly WatchItem[], void, void> {
  const { feed, signal } = request;
  const arrivals = createArrivals(signal, MAX_WAITING);
  const stops = [feed.subscribe(arrivals.push, request.room), ...watchEndings(request, arrivals.askRecheck)];
  const start = feed.position();
  const clock = setInterval(arrivals.askRecheck, jittered(request.recheckMs));
  try {
    const position = request.after === null ? start : yield* catchUp(request, request.after);
    if (position === null) return;
    yield [{ kind: 'ready', position }];
    let sent = positionOf(position);
    for (;;) {
      const fresh = arrivals.take().filter((event) => comparePositions(event.place, sent) > 0);
      for (const some of portions(fresh)) {
        if (!maySend(request)) return await leave(request);
        yield some;
      }
      sent = fresh.at(-1)?.place ?? sent;
      await arrivals.next();
      if (arrivals.isOverfull()) return await leave(request);
      if (signal.aborted) return;
      if (!arrivals.isEmpty() || !arrivals.takeRecheck()) continue;
      await request.recheck();
      // A fresh position now and then, so that a quiet room resumes from nearby. Only while nothing waits that lies before it.
      const now = feed.position();
      if (!maySend(request) || !arrivals.isEmpty() || comparePositions(positionOf(now), sent) <= 0) continue;
      yield [{ kind: 'ready', position: now }];
    }
  } finally {
    clearInterval(clock);
    for (const stop of stops) stop();
  }
}

/** Sends what came after a position. @returns up to where; null: the subscriber was cut off */
async function* catchUp(
  request: WatchRequest,
  after: string,
): AsyncGenerator<readonly WatchItem[], string | null, void> {
  const { feed, link, signal } = request;
  let position = after;
  for (;;) {
    // It asks for the past at its own speed.
    while (link.isSlow() && !signal.aborted) await pause(DRAIN_LOOK_MS);
    const page = await readPage(request, position);
    if (page === null) {
      const now = feed.position();
      yield [{ kind: 'resync', position: now }];
      return now;
    }
    for (const some of portions(page.events)) {
      if (signal.aborted || link.isLeaving()) {
        await leave(request);
        return null;
      }
      yield some;
    }
    position = page.position;
    if (!page.hasMore) return position;
  }
}

function* portions(events: readonly FeedEvent[]): Generator<readonly WatchItem[], void, void> {
  for (let from = 0; from < events.length; from += TOGETHER) {
    const some = events.slice(from, from + TOGETHER);
    yield some.map((event) => ({ kind: 'event', position: event.position, event }));
  }
}

/** Null: the position lies before what is kept. */
async function readPage({ feed, room }: WatchRequest, position: string) {
  try {
    return await feed.readAfter(position, room, PAGE);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'RESYNC_REQUIRED') return null;
    throw error;
  }
}

function maySend({ link, signal }: WatchRequest): boolean {
  return !signal.aborted && !link.isLeaving() && !link.isSlow();
}

/** The connection ends. To say that the stream has ended would make its client give up: silence until it is gone. */
async function leave({ link, signal }: WatchRequest): Promise<void> {
  if (!signal.aborted && !link.isLeaving()) link.cutOff();
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function watchEndings({ feed, endings }: WatchRequest, askRecheck: () => void): (() => void)[] {
  if (endings === null) return [];
  const { room, types } = endings;
  return [feed.subscribe((batch) => void (batch.some((e) => types.has(e.type)) && askRecheck()), room)];
}

/** Not all subscribers of a node at once. */
function jittered(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4);
}
