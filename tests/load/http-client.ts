import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

/** One keep-alive connection that sends prepared bytes: on two cores the generator must cost next to nothing. */
export interface Connection {
  send(request: Buffer): Promise<Answer>;
  close(): void;
}

/** The bytes of a POST, ready to be sent over any connection. */
export function postBytes(path: string, headers: Record<string, string>, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${length}\r\n\r\n${body}`,
  );
}

/** The same of a GET. */
export function getBytes(path: string, headers: Record<string, string>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}\r\n`);
}

export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = await connected(hostname, Number(port));
  let received = '';
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
    const answer = parseAnswer(received);
    if (answer === null) return;
    received = '';
    waiting?.resolve(answer);
    waiting = null;
  });
  const fail = (error?: Error) => {
    waiting?.reject(error ?? new Error('the server closed the connection'));
    waiting = null;
  };
  socket.on('error', fail);
  socket.on('close', () => fail());

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        // Writing to a socket that the server has closed tells nobody.
        if (socket.destroyed || socket.readableEnded)
          throw new Error('the server closed the idle connection');
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** The whole answer, or null while some of it is missing. Lengths are compared in bytes; bodies here are mostly ASCII. */
function parseAnswer(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = text.slice(0, end).toLowerCase();
  const body = text.slice(end + 4);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) return Buffer.byteLength(body) >= Number(length) ? { status, body } : null;
  return body.endsWith('0\r\n\r\n') ? { status, body } : null;
}
