import { Socket } from 'node:net';

/**
 * A socket that sends everything written in one turn of the event loop at once. pg writes each statement by itself, and
 * of the webhook's time in Node.js more than half went into those system calls (npm run bench -- --profile DIR).
 */
export function gatheringSocket(): Socket {
  const socket = new Socket();
  // Not earlier: connect() puts Node's own `write` back.
  socket.once('connect', () => gatherWrites(socket));
  return socket;
}

function gatherWrites(socket: Socket): void {
  const { write } = socket;
  let isGathering = false;
  socket.write = (...args: unknown[]): boolean => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      // After the promises that are settled now: what they send belongs to the same turn.
      process.nextTick(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return Reflect.apply(write, socket, args);
  };
}
