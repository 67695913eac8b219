import { createServer, type Server, Socket } from 'node:net';

/** A network between a service and what it calls, which a test can spoil. */
export interface FaultProxy {
  port: number;
  /** The address with this proxy instead of the real host. */
  through(url: string): string;
  /** Each direction takes so much longer. */
  slow(latencyMs: number): void;
  /** Half-open: connections stand, new ones too, and nothing comes through them any more, not even their end. */
  silence(): void;
  /** What is open is reset, and new connections are refused. */
  refuse(): Promise<void>;
  /**
   * The next connection over which the caller sends `text`, and has sent `mark` before since this was asked for, is reset once
   * that was answered: the answer is lost.
   */
  resetAfter(text: string, mark?: string): void;
  /** Connections that were reset after the text. */
  resets(): number;
  /** New connections work again; those that were silenced stay dead. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

interface Link {
  caller: Socket;
  target: Socket;
  isDead: boolean;
  isDoomed: boolean;
  hasMark: boolean;
}

/** @param url whose host and port is called */
export async function startFaultProxy(url: string): Promise<FaultProxy> {
  const host = new URL(url).hostname;
  const targetPort = Number(new URL(url).port);
  const links = new Set<Link>();
  let latencyMs = 0;
  let isSilent = false;
  let fatal: { text: string; mark: string } | null = null;
  let resets = 0;

  const server = createServer((caller) => {
    const target = new Socket();
    const link: Link = { caller, target, isDead: isSilent, isDoomed: false, hasMark: false };
    links.add(link);
    const pass = (from: Socket, to: Socket, spoil: (data: Buffer) => boolean) => {
      from.on('data', (data) => {
        if (link.isDead || spoil(data)) return;
        later(latencyMs, () => !link.isDead && to.writable && to.write(data));
      });
      from.on('end', () => later(latencyMs, () => !link.isDead && to.end()));
      from.on('error', () => undefined);
      from.on('close', () => {
        if (!link.isDead) later(latencyMs, () => to.destroy());
      });
    };
    pass(caller, target, (data) => {
      if (fatal === null) return false;
      link.hasMark ||= data.includes(fatal.mark);
      link.isDoomed = link.hasMark && data.includes(fatal.text);
      if (link.isDoomed) fatal = null;
      return false;
    });
    pass(target, caller, () => {
      if (!link.isDoomed) return false;
      resets += 1;
      resetLink(link);
      return true;
    });
    if (!link.isDead) target.connect(targetPort, host);
  });

  function resetLink(link: Link): void {
    link.isDead = true;
    links.delete(link);
    for (const socket of [link.caller, link.target]) socket.resetAndDestroy();
  }

  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const port = portOf(server);
  const refuse = async () => {
    const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : null;
    for (const link of [...links]) resetLink(link);
    await closed;
  };
  return {
    port,
    through: (address) => {
      const url = new URL(address);
      url.host = `127.0.0.1:${port}`;
      return url.href;
    },
    slow: (ms) => {
      latencyMs = ms;
    },
    silence: () => {
      isSilent = true;
      for (const link of links) link.isDead = true;
    },
    refuse,
    resetAfter: (text, mark = text) => {
      fatal = { text, mark };
      for (const link of links) link.hasMark = false;
    },
    resets: () => resets,
    heal: async () => {
      latencyMs = 0;
      isSilent = false;
      fatal = null;
      if (!server.listening) await listen(port);
    },
    close: refuse,
  };
}

/** In the same order as asked: timers of one length fire so. */
function later(ms: number, act: () => unknown): void {
  if (ms === 0) act();
  else setTimeout(act, ms);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
