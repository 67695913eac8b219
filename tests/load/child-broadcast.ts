// The floor of fan-out: a bare `ws` server that sends each text to everyone who is connected. Started by live-processes.ts.
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
process.on('message', async (texts: string[] | 'cpu') => {
  if (texts === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000 });
    return;
  }
  for (const text of texts) {
    for (const client of server.clients) client.send(text);
    await turn();
  }
});
process.on('disconnect', () => process.exit(0));
server.on('listening', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
