import type { Encoder } from '@trpc/server/adapters/ws';
import superjson from 'superjson';
import { ServiceError } from '@/services/errors';
import type { LiveMessage } from '@/services/live/messages';

/**
 * A message of a subscription that is JSON already, once for everyone who gets it (decision 29): the transformer passes it on,
 * and the websocket's encoder writes it as it is. It stands where a LiveMessage is expected.
 */
class EncodedMessage {
  /** What follows the id of the subscription in the frame. */
  readonly result: string;

  constructor(position: string, json: string) {
    const id = JSON.stringify(position);
    // As superjson would write plain values: under `json`, without `meta`.
    this.result = `"result":{"type":"data","data":{"json":{"id":${id},"data":${json}}},"id":${id}}}`;
  }
}

/** @param json a LiveMessage with this position, as JSON */
export function encodedMessage(position: string, json: string): LiveMessage {
  return new EncodedMessage(position, json) as unknown as LiveMessage;
}

function encodedIn(value: unknown): EncodedMessage | null {
  const data = value !== null && typeof value === 'object' && 'data' in value ? value.data : null;
  return data instanceof EncodedMessage ? data : null;
}

/** superjson, but for what is encoded already. */
export const transformer = {
  serialize: (value: unknown) => (encodedIn(value) === null ? superjson.serialize(value) : value),
  /** @throws ServiceError INVALID_INPUT, as the words of the library are no answer for callers */
  deserialize(value: Parameters<typeof superjson.deserialize>[0]): unknown {
    try {
      return superjson.deserialize(value);
    } catch (cause) {
      throw new ServiceError('INVALID_INPUT', 'The input is not encoded as superjson does.', { cause });
    }
  },
};

type Frame = { id: number | string | null; jsonrpc?: string; result?: { data?: unknown } };

/** Frames of websockets: JSON text, as tRPC's own encoder writes it. */
export const frameEncoder: Encoder = {
  encode(message) {
    const frame = message as Frame;
    const encoded = encodedIn(frame.result?.data);
    if (encoded === null) return JSON.stringify(message);
    const version = frame.jsonrpc === undefined ? '' : `"jsonrpc":${JSON.stringify(frame.jsonrpc)},`;
    return `{"id":${JSON.stringify(frame.id)},${version}${encoded.result}`;
  },
  decode(data) {
    if (typeof data !== 'string') throw new Error('frames are text');
    return JSON.parse(data);
  },
};
