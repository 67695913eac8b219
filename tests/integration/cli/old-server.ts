import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export interface OldServer {
  url: string;
  stop(): Promise<void>;
}

/**
 * What a PostgreSQL 14 answers to the first question, for want of one that can be installed: it lets everybody in, and says
 * its version to whatever is asked (PostgreSQL docs, "Message Formats").
 */
export async function startOldServer(): Promise<OldServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let isOpen = false;
    socket.on('data', (bytes) => {
      if (!isOpen) {
        isOpen = true;
        socket.write(Buffer.concat([message('R', int32(0)), READY]));
        return;
      }
      // 'X' ends the conversation; a simple query, or a prepared one's Sync, is answered.
      if (bytes[0] === 0x58) socket.end();
      else socket.write(answerTo(bytes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `postgresql://tabsy@127.0.0.1:${(server.address() as AddressInfo).port}/tabsy`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number) => Buffer.concat([int16(value >> 16), int16(value & 65_535)]);
const message = (type: string, body: Buffer) =>
  Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
const READY = message('Z', Buffer.from('I'));
const TEXT_TYPE = 25;

function answerTo(asked: Buffer): Buffer {
  const name = Buffer.from('server_version_num\0');
  const column = [name, int32(0), int16(0), int32(TEXT_TYPE), int16(-1 & 65_535), int32(-1), int16(0)];
  const version = Buffer.from('140012');
  const isPrepared = asked[0] !== 0x51;
  return Buffer.concat([
    ...(isPrepared ? [message('1', Buffer.alloc(0)), message('2', Buffer.alloc(0))] : []),
    message('T', Buffer.concat([int16(1), ...column])),
    message('D', Buffer.concat([int16(1), int32(version.length), version])),
    message('C', Buffer.from('SHOW\0')),
    READY,
  ]);
}
