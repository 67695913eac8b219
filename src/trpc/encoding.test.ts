import superjson from 'superjson';
import { describe, expect, test } from 'vitest';
import type { LiveMessage } from '@/services/live/messages';
import { encodedMessage, frameEncoder, transformer } from './encoding';

const message: LiveMessage = { type: 'live:ready', position: 'a-"1' };
const encoded = encodedMessage(message.position, JSON.stringify(message));

/** A frame as tRPC's adapter makes it: transformed, then encoded. */
function frameOf(data: unknown, more: object = {}): string {
  const value = { id: message.position, data };
  const result = { type: 'data', data: transformer.serialize(value), id: message.position };
  return frameEncoder.encode({ id: 7, result, ...more }) as string;
}

describe('a message that is encoded already', () => {
  test.each([{}, { jsonrpc: '2.0' }])('is the frame that tRPC would have written (%o)', (more) => {
    expect(JSON.parse(frameOf(encoded, more))).toEqual(JSON.parse(frameOf(message, more)));
  });

  test('is read by a client as any other', () => {
    const { result } = JSON.parse(frameOf(encoded)) as {
      result: { data: Parameters<typeof superjson.deserialize>[0] };
    };
    expect(superjson.deserialize(result.data)).toEqual({ id: message.position, data: message });
  });
});

describe('everything else', () => {
  test.each([null, undefined, 1, 'text', { data: null }, { at: new Date(0) }, [new Map([[1, 2]])]])(
    '%o is superjson’s',
    (value) => {
      expect(transformer.serialize(value)).toEqual(superjson.serialize(value));
      expect(transformer.deserialize(superjson.serialize(value))).toEqual(value);
    },
  );

  test('frames are text: bytes are refused', () => {
    expect(() => frameEncoder.decode(new Uint8Array([1]))).toThrow('text');
    expect(frameEncoder.decode('{"id":1}')).toEqual({ id: 1 });
  });
});
