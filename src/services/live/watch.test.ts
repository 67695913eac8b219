import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../errors';
import type { FeedEvent, FeedListener, LiveFeed } from './feed';
import { oneByOne } from './one-by-one';
import { comparePositions, formatPosition, type Position } from './position';
import { positionOf } from './read-outbox';
import { type WatchItem, type WatchLink, type WatchRequest, watch } from './watch';

const ROOM = { kind: 'admin' } as const;
const START = { xid: 1, sequence: 0 };

function eventAt(place: Position): FeedEvent {
  const position = formatPosition(place);
  return { place, position, eventId: position, type: 'analytics:updated' } as FeedEvent;
}

/** An outbox in memory, whose node tells as far as it is told to. */
function fakeFeed() {
  const stored: FeedEvent[] = [];
  const listeners = new Set<FeedListener>();
  let told = 0;
  let isBroken = false;
  let reads = 0;
  const positionNow = () => stored[told - 1]?.position ?? formatPosition(START);
  const feed: LiveFeed = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    position: positionNow,
    async readAfter(position, _room, limit) {
      reads++;
      if (isBroken) throw new ServiceError('RESYNC_REQUIRED', 'gone');
      const from = positionOf(position);
      const later = stored.filter((event) => comparePositions(event.place, from) > 0);
      const events = later.slice(0, limit);
      return { events, position: events.at(-1)?.position ?? position, hasMore: later.length > limit };
    },
  };
  return {
    feed,
    listeners,
    reads: () => reads,
    store: (count: number) => {
      for (let n = 0; n < count; n++) stored.push(eventAt({ xid: stored.length + 2, sequence: 1 }));
    },
    /** The relay tells the next ones. */
    tell: (count: number) => {
      const batch = stored.slice(told, told + count);
      told += batch.length;
      for (const listener of listeners) listener(batch);
    },
    forget: () => {
      isBroken = true;
    },
    ids: () => stored.map((event) => event.eventId),
  };
}

function request(feed: LiveFeed, more: Partial<WatchRequest> = {}) {
  const stop = new AbortController();
  const link: WatchLink & { isSlowNow: boolean; isLeavingNow: boolean; isHeld: boolean; cuts: number } = {
    isSlowNow: false,
    isLeavingNow: false,
    isHeld: false,
    cuts: 0,
    isSlow: () => link.isSlowNow,
    isLeaving: () => link.isLeavingNow,
    cutOff: () => {
      link.cuts++;
      stop.abort();
    },
    hold: () => {
      link.isHeld = true;
    },
    flush: () => {
      link.isHeld = false;
    },
  };
  const wanted: WatchRequest = {
    feed,
    room: ROOM,
    link,
    after: null,
    signal: stop.signal,
    recheck: async () => undefined,
    recheckMs: 60_000,
    endings: null,
    ...more,
  };
  return { stop, link, items: oneByOne(watch(wanted), link, (item) => item) };
}

const idsOf = (items: readonly WatchItem[]) =>
  items.flatMap((item) => (item.kind === 'event' ? [item.event.eventId] : []));

test('wherever a subscriber resumes, and however far its node has told, it gets each later event once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        before: fc.nat(250),
        toldBefore: fc.nat(250),
        resumeAt: fc.nat(250),
        batches: fc.array(fc.record({ stored: fc.nat(3), told: fc.nat(5) }), { maxLength: 20 }),
      }),
      async ({ before, toldBefore, resumeAt, batches }) => {
        const outbox = fakeFeed();
        outbox.store(before);
        outbox.tell(toldBefore);
        const known = outbox.ids().slice(0, resumeAt);
        const { items, link, stop } = request(outbox.feed, { after: known.at(-1) ?? formatPosition(START) });
        const got: WatchItem[] = [];
        const reading = (async () => {
          for await (const item of items) got.push(item);
        })();
        for (const batch of batches) {
          outbox.store(batch.stored);
          outbox.tell(batch.told);
          await Promise.resolve();
        }
        outbox.tell(Number.POSITIVE_INFINITY);
        const expected = outbox.ids().slice(known.length);
        for (let turn = 0; turn < 2_000 && idsOf(got).length < expected.length; turn++)
          await Promise.resolve();
        await new Promise((resolve) => setImmediate(resolve));
        expect(link.isHeld).toBe(false);
        stop.abort();
        await reading;
        expect(idsOf(got)).toEqual(expected);
        expect(outbox.listeners.size).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

describe('a subscriber', () => {
  test('that comes fresh reads nothing, and begins with where it stands', async () => {
    const outbox = fakeFeed();
    outbox.store(3);
    outbox.tell(2);
    const { items, stop } = request(outbox.feed);
    expect((await items.next()).value).toEqual({ kind: 'ready', position: outbox.ids()[1] });
    outbox.tell(1);
    expect(idsOf([(await items.next()).value as WatchItem])).toEqual([outbox.ids()[2]]);
    stop.abort();
    expect(await items.next()).toEqual({ value: undefined, done: true });
    expect(outbox.reads()).toBe(0);
  });

  test('whose past is no longer kept is told so, once, and goes on from now', async () => {
    const outbox = fakeFeed();
    outbox.store(2);
    outbox.tell(1);
    outbox.forget();
    const { items, stop } = request(outbox.feed, { after: formatPosition(START) });
    expect((await items.next()).value).toEqual({ kind: 'resync', position: outbox.ids()[0] });
    expect((await items.next()).value).toEqual({ kind: 'ready', position: outbox.ids()[0] });
    outbox.tell(1);
    expect(idsOf([(await items.next()).value as WatchItem])).toEqual([outbox.ids()[1]]);
    stop.abort();
    await items.next();
  });

  test('that is slow is cut off instead of being sent more', async () => {
    const outbox = fakeFeed();
    const { items, link } = request(outbox.feed);
    await items.next();
    outbox.store(1);
    outbox.tell(1);
    link.isSlowNow = true;
    expect((await items.next()).done).toBe(true);
    expect(link.cuts).toBe(1);
  });

  test('whose node is leaving gets neither more events nor an end: it resumes elsewhere', async () => {
    const outbox = fakeFeed();
    const { items, link, stop } = request(outbox.feed);
    await items.next();
    outbox.store(1);
    outbox.tell(1);
    link.isLeavingNow = true;
    let isOver = false;
    const next = items.next().then((result) => {
      isOver = true;
      return result;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    stop.abort();
    expect((await next).done).toBe(true);
    expect(link.cuts).toBe(0);
  });

  test('that may stay hears where it stands after a recheck; one that may not gets the refusal', async () => {
    const outbox = fakeFeed();
    const asked: string[] = [];
    let isAllowed = true;
    const { items } = request(outbox.feed, {
      recheckMs: 1,
      recheck: async () => {
        asked.push('again');
        if (!isAllowed) throw new ServiceError('SESSION_CLOSED', 'over');
      },
    });
    await items.next();
    const next = items.next();
    outbox.store(1);
    outbox.tell(1);
    expect(idsOf([(await next).value as WatchItem])).toHaveLength(1);
    isAllowed = false;
    await expect(items.next()).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
    expect(asked.length).toBeGreaterThan(0);
    expect(outbox.listeners.size).toBe(0);
  });
});
