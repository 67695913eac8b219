import { TRPCError, tracked } from '@trpc/server';
import type { ServiceContext } from '@/services/context';
import type { FeedEvent } from '@/services/live/feed';
import type { LiveMessage } from '@/services/live/messages';
import { oneByOne } from '@/services/live/one-by-one';
import { guestOf, openRoom, type RoomWish } from '@/services/live/open-room';
import { type WatchItem, watch } from '@/services/live/watch';
import { toServiceError } from '@/services/to-service-error';
import { encodedMessage } from './encoding';
import { toTrpcError } from './errors';
import type { LiveConnection, TrpcContext } from './trpc';

/** What tells a guest's connection that the visit may be over. */
const GUEST_ENDINGS: ReadonlySet<string> = new Set(['table:session_closed', 'table:user_left']);

type Context = Pick<TrpcContext, 'live'> & { service: ServiceContext };
type Envelope = ReturnType<typeof tracked<LiveMessage>>;

/** The stream of one subscription. */
export function watchRoom(
  ctx: Context,
  wish: RoomWish,
  lastEventId: string | null | undefined,
  signal: AbortSignal | undefined,
): AsyncIterable<Envelope, void, void> {
  if (!ctx.live || !signal) throw overHttp();
  return oneByOne(portionsOf(ctx, ctx.live, wish, lastEventId ?? null, signal), ctx.live.link, envelopeOf);
}

/**
 * Access is asked for at its start and again by the clock and when a visit ends. What fails on
 * our side closes the connection, so that the client resumes; only a refusal ends the subscription.
 */
async function* portionsOf(
  { service }: Context,
  live: LiveConnection,
  wish: RoomWish,
  after: string | null,
  signal: AbortSignal,
): AsyncGenerator<readonly WatchItem[], void, void> {
  let release: (() => void) | undefined;
  try {
    // Before the database is asked, so that many at once are refused too.
    release = live.claimSubscription(service.actor);
    const room = await openRoom(service, wish);
    const guest = guestOf(service.actor);
    const endings = guest && {
      room: {
        kind: 'tableSession' as const,
        restaurantId: guest.restaurantId,
        tableSessionId: guest.tableSessionId,
      },
      types: GUEST_ENDINGS,
    };
    yield* watch({
      feed: live.feed,
      room,
      link: live.link,
      after,
      signal,
      recheckMs: live.recheckMs,
      recheck: async () => void (await openRoom({ ...service, actor: await live.actor() }, wish)),
      endings,
    });
  } catch (error) {
    const refusal = toServiceError(error);
    if (refusal.kind !== 'UNAVAILABLE' && refusal.kind !== 'INTERNAL') throw toTrpcError(error);
    service.log.warn({ err: error, room: wish.kind }, 'a subscription failed; its client resumes');
    live.tryAgain();
  } finally {
    release?.();
  }
}

const envelopes = new WeakMap<FeedEvent, Envelope>();

/** Made once per event, whoever gets it. */
function envelopeOf(item: WatchItem): Envelope {
  if (item.kind !== 'event') {
    const json = JSON.stringify({ type: `live:${item.kind}`, position: item.position });
    return tracked(item.position, encodedMessage(item.position, json));
  }
  const { event } = item;
  let envelope = envelopes.get(event);
  if (envelope === undefined) {
    envelope = tracked(event.position, encodedMessage(event.position, event.json));
    envelopes.set(event, envelope);
  }
  return envelope;
}

function overHttp(): TRPCError {
  return new TRPCError({
    code: 'METHOD_NOT_SUPPORTED',
    message: 'Subscribe over a websocket at /api/trpc.',
  });
}
