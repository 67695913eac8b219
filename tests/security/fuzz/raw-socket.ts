import { type ClientOptions, WebSocket } from 'ws';
import { HANG_MS } from './run';

/** A websocket without a client behind it: it sends what no client would. */
export interface RawSocket {
  send(frame: string | Buffer): void;
  /** All text that came so far. */
  frames: readonly string[];
  /** The first frame that fits, of those that came and of those to come; null: it was closed before. */
  first(fits: (frame: string) => boolean): Promise<string | null>;
  /** What it was closed with; null: it is open. */
  code(): number | null;
  end(): void;
}

/** @throws when it is not opened, or when an answer hangs */
export async function openRawSocket(address: string, options: ClientOptions = {}): Promise<RawSocket> {
  const socket = new WebSocket(address.replace(/^http/, 'ws'), options);
  const frames: string[] = [];
  let code: number | null = null;
  let look: () => void = () => undefined;
  socket.on('message', (data) => {
    frames.push(String(data));
    look();
  });
  socket.on('close', (closedWith) => {
    code = closedWith;
    look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return {
    send: (frame) => socket.send(frame, () => undefined),
    frames,
    first: (fits) =>
      new Promise((resolve, reject) => {
        const hang = setTimeout(() => reject(new Error(`hangs after ${frames.join(' ')}`)), HANG_MS);
        look = () => {
          const found = frames.find(fits) ?? null;
          if (found === null && code === null) return;
          clearTimeout(hang);
          look = () => undefined;
          resolve(found);
        };
        look();
      }),
    code: () => code,
    end: () => socket.terminate(),
  };
}
