import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/**
 * A websocket that only looks for what it is asked to: on two cores a real client would cost as much as the server that is
 * measured. `onText` gets what arrived since the last call, frame headers included.
 */
export interface RawSocket {
  send(text: string): void;
  close(): void;
}

export async function openRawSocket(
  url: string,
  path: string,
  onText: (text: string) => void,
): Promise<RawSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.setEncoding('latin1');
  await handshake(socket, path);
  socket.on('data', onText);
  socket.on('error', () => undefined);
  return { send: (text) => void socket.write(maskedFrame(text)), close: () => socket.destroy() };
}

function handshake(socket: Socket, path: string): Promise<void> {
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (text: string) => {
      socket.off('error', reject);
      if (text.startsWith('HTTP/1.1 101')) resolve();
      else reject(new Error(`no websocket: ${text.slice(0, 40)}`));
    });
  });
}

/** RFC 6455 section 5.2: text, final, with a mask of zeros. */
function maskedFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const length =
    body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), body]);
}
