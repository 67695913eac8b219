import { createServer, type Server, type Socket } from 'node:net';

/** One mail as it came in. Header names in lower case. */
export interface ReceivedMail {
  from: string;
  to: string;
  headers: Record<string, string>;
  text: string;
}

/** What the server does instead of taking the next mails. */
export type SmtpMood = 'friendly' | 'busy' | 'no such mailbox' | 'hangs up after the mail';

export interface SmtpServer {
  url: string;
  mails: readonly ReceivedMail[];
  setMood(mood: SmtpMood): void;
  stop(): Promise<void>;
}

/** A mail server that speaks just enough SMTP (RFC 5321), on a port of its own; nothing between it and the client is mocked. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  let mood: SmtpMood = 'friendly';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    converse(socket, {
      mood: () => mood,
      take: (mail) => {
        // The last mood has the mail and loses the answer: nobody can know that from outside.
        mails.push(mail);
      },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${portOf(server)}`,
    mails,
    setMood: (next) => {
      mood = next;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function converse(socket: Socket, host: { mood(): SmtpMood; take(mail: ReceivedMail): void }): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let input = '';
  let envelope = { from: '', to: '' };
  let isData = false;
  say('220 test.example ESMTP');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    input += chunk;
    for (;;) {
      const end = input.indexOf(isData ? '\r\n.\r\n' : '\r\n');
      if (end === -1) return;
      const part = input.slice(0, end);
      input = input.slice(end + (isData ? 5 : 2));
      if (isData) {
        isData = false;
        host.take({ ...envelope, ...read(part) });
        if (host.mood() === 'hangs up after the mail') socket.destroy();
        else say('250 taken');
      } else command(part);
    }
  });

  function command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'MAIL') {
      envelope = { from: address, to: '' };
      say(host.mood() === 'busy' ? '451 try again later' : '250 ok');
    } else if (verb === 'RCPT') {
      envelope.to = address;
      say(host.mood() === 'no such mailbox' ? `550 no mailbox ${address}` : '250 ok');
    } else if (verb === 'DATA') {
      isData = true;
      say('354 go ahead');
    } else if (verb === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say(verb === 'EHLO' || verb === 'HELO' || verb === 'RSET' ? '250 test.example' : '502 unknown');
  }
}

/** Headers unfolded, the body decoded from quoted-printable. */
function read(raw: string): Pick<ReceivedMail, 'headers' | 'text'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = Object.fromEntries(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
  const body = rest.join('\r\n\r\n');
  const encoding = headers['content-transfer-encoding'];
  return { headers, text: encoding === 'quoted-printable' ? fromQuotedPrintable(body) : body };
}

function fromQuotedPrintable(body: string): string {
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port');
  return address.port;
}
