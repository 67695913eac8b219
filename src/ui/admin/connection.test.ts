import { TRPCClientError } from '@trpc/client';
import { afterEach, expect, it } from 'vitest';
import { currentConnection, loseStreams, type Stream, startStream } from './connection';

const started: Stream[] = [];
const start = () => {
  const stream = startStream();
  started.push(stream);
  return stream;
};
afterEach(() => {
  for (const stream of started.splice(0)) stream.stop();
});

const refusal = (code: string) =>
  TRPCClientError.from({ error: { code: -32001, message: 'no', data: { code } } });

it('a page without live events is not live, whatever becomes of the connection', () => {
  expect(currentConnection()).toBe('off');
  loseStreams();
  expect(currentConnection()).toBe('off');
});

it('a page is live once all that it listens to runs, and not live after it', () => {
  const [one, other] = [start(), start()];
  one.isLive();
  expect(currentConnection()).toBe('starting');
  other.isLive();
  expect(currentConnection()).toBe('live');
  one.stop();
  other.stop();
  expect(currentConnection()).toBe('off');
  one.isLive();
  expect(currentConnection()).toBe('off');
});

it('a lost connection shows until each stream runs again', () => {
  const [one, other] = [start(), start()];
  one.isLive();
  other.isLive();
  loseStreams();
  one.isLive();
  expect(currentConnection()).toBe('lost');
  other.isLive();
  expect(currentConnection()).toBe('live');
});

it('a refusal stays: a session that has ended asks to sign in, lost access does not', () => {
  const [one, other] = [start(), start()];
  other.isLive();
  one.isRefused(refusal('FORBIDDEN'));
  expect(currentConnection()).toBe('refused');
  loseStreams();
  expect(currentConnection()).toBe('refused');
  other.isRefused(refusal('UNAUTHORIZED'));
  expect(currentConnection()).toBe('signedOut');
});
