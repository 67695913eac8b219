import type { Checkpoint } from '@/services/checkpoints';
import { ServiceError } from '@/services/errors';
import type { FeedPage, LiveFeed } from '@/services/live/feed';
import { formatPosition, type Position } from '@/services/live/position';
import type { HeldEvents, OutboxPage } from '@/services/live/read-outbox';
import type { Room } from '@/services/live/rooms';
import type { Logger } from '@/services/ports';
import { createAlarm } from './alarm';
import { createListeners } from './listeners';

export interface RelayParts {
  /** The outbox, see src/services/live/read-outbox.ts. */
  outbox: {
    end(): Promise<Position>;
    readAfter(from: Position, room: Room | null, limit: number): Promise<OutboxPage>;
    held(from: Position): Promise<HeldEvents | null>;
    /** @throws ServiceError CURSOR_INVALID */
    positionOf(text: string): Position;
  };
  /** The longest pause between two looks when nobody wakes it. */
  pollMs: number;
  /** Events that wait longer than this behind a running transaction are an alarm. */
  lagAlertMs: number;
  log: Logger;
  checkpoint(name: Checkpoint): void | Promise<void>;
  /** How long the oldest committed event has been waiting; 0: none is. */
  observeLag(lagMs: number): void;
  /** The database was set back behind what was told: whoever listens must begin anew. */
  onGap(): void;
}

export interface Relay extends LiveFeed {
  /** Takes up the stream at its end, now. */
  start(): Promise<void>;
  /** A commit may have brought something. Safe to call at any time. */
  wake(): void;
  stop(): Promise<void>;
}

const PAGE = 500;
const FIRST_PAUSE_MS = 4;
const AFTER_ERROR_MS = 500;
const HELD_CHECK_MS = 1_000;
const GAP =
  'the database does not know the live events that were told last, as after a restore: all clients load everything anew';

/**
 * Reads the outbox in its one order and tells this node's listeners: woken after commits, and by the clock in case a wake-up
 * was lost or came from a node that cannot call. It never skips: an error leaves its position where it is. Only where that
 * does not exist any more, after a restore or a failover that lost commits, it goes on from the end and says so.
 */
export function createRelay(parts: RelayParts): Relay {
  const { outbox, log } = parts;
  const listeners = createListeners((error) => log.error({ err: error }, 'a listener of live events failed'));
  const bell = createBell();
  const alarm = createAlarm(parts);
  let at: Position = { xid: 0, sequence: 0 };
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();

  async function nextPage(): Promise<OutboxPage> {
    try {
      return await outbox.readAfter(at, null, PAGE);
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'RESYNC_REQUIRED')) throw error;
      const end = await outbox.end();
      log.error({ at: formatPosition(at), end: formatPosition(end) }, GAP);
      parts.onGap();
      return { events: [], end, hasMore: false };
    }
  }

  /** @returns whether there was anything */
  async function step(): Promise<boolean> {
    const page = await nextPage();
    const hasEvents = page.events.length > 0;
    if (hasEvents) await parts.checkpoint('relay.after-read');
    at = page.end;
    if (hasEvents) listeners.tell(page.events);
    return hasEvents;
  }

  async function run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    let isFailing = false;
    let heldCheckAtMs = 0;
    while (!isStopping) {
      if (await bell.wait(pauseMs)) pauseMs = FIRST_PAUSE_MS;
      if (isStopping) return;
      try {
        const hasMore = await step();
        // A commit that woke us may still be behind an older transaction: look again soon, then ever later.
        pauseMs = hasMore ? 0 : Math.min(parts.pollMs, Math.max(FIRST_PAUSE_MS, pauseMs * 2));
        if (!hasMore && performance.now() >= heldCheckAtMs) {
          heldCheckAtMs = performance.now() + HELD_CHECK_MS;
          alarm.look(await outbox.held(at));
        }
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.warn({ err: error }, 'live events cannot be read; the relay tries again');
        isFailing = true;
        pauseMs = AFTER_ERROR_MS;
      }
    }
  }

  return {
    async start() {
      at = await outbox.end();
      running = run();
    },
    wake: () => bell.ring(),
    async stop() {
      isStopping = true;
      bell.ring();
      await running;
    },
    subscribe: (listener, room) => listeners.add(listener, room),
    position: () => formatPosition(at),
    async readAfter(position, room, limit): Promise<FeedPage> {
      const page = await outbox.readAfter(outbox.positionOf(position), room, limit);
      return { events: page.events, position: formatPosition(page.end), hasMore: page.hasMore };
    },
  };
}

/** A sleep that can be ended early; a ring that nobody waits for ends the next one. */
function createBell() {
  let isRung = false;
  let wakeUp: (() => void) | null = null;
  return {
    ring(): void {
      isRung = true;
      wakeUp?.();
    },
    /** @returns whether it was rung */
    async wait(ms: number): Promise<boolean> {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wakeUp = null;
      }
      const wasRung = isRung;
      isRung = false;
      return wasRung;
    },
  };
}
