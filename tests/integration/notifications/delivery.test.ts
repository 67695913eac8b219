import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSmtpNotifier } from '@/notify';
import { receiveEvent } from '@/services/inbox/receive';
import { sendNotifications } from '@/services/notifications/send';
import { startSmtpServer } from '../../support/smtp-server';
import { intentEvent } from '../../support/webhook-sender';
import {
  type MailStage,
  mailsTo,
  notificationsOf,
  openCustomerPayment,
  paidByCustomer,
  startMailStage,
} from './support';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let stage: MailStage;
beforeAll(async () => {
  stage = await startMailStage();
});
afterAll(() => stage.stop());
afterEach(() => stage.smtp.setMood('friendly'));

test('what the server did not take is tried again with growing pauses, and arrives once', async () => {
  const { email, payment } = await paidByCustomer(stage);
  stage.smtp.setMood('busy');
  expect(await stage.send()).toBe(1);
  expect(await stage.send()).toBe(0);
  await stage.passTime(MINUTE_MS + 1000);
  expect(await stage.send()).toBe(1);
  await stage.passTime(MINUTE_MS + 1000);
  expect(await stage.send()).toBe(0);
  stage.smtp.setMood('friendly');
  await stage.passTime(5 * MINUTE_MS);
  expect(await stage.send()).toBe(1);
  expect(mailsTo(stage, email)).toHaveLength(1);
  expect(await notificationsOf(stage, payment.id)).toMatchObject([{ state: 'SENT', attempts: 3 }]);
});

test.each([
  ['ahead', DAY_MS],
  ['behind', -DAY_MS],
])(
  'a mail that failed on a node whose clock is a day %s is sent after its pause, by any node',
  async (_, wrongMs) => {
    const { email } = await paidByCustomer(stage);
    stage.smtp.setMood('busy');
    expect(await stage.send(wrongMs)).toBe(1);
    stage.smtp.setMood('friendly');
    expect(await stage.send()).toBe(0);
    expect(await stage.send(wrongMs)).toBe(0);
    await stage.passTime(MINUTE_MS);
    expect(await stage.send()).toBe(1);
    expect(mailsTo(stage, email)).toHaveLength(1);
  },
);

test('a mail that a node queued whose clock is a day ahead is sent at once', async () => {
  const { app } = stage;
  const { email, payment } = await openCustomerPayment(stage);
  const event = intentEvent('succeeded', {
    id: payment.paymentIntentId ?? '',
    amountMinor: payment.totalMinor,
    metadata: { paymentId: payment.id },
  });
  const { inbox } = app.server.app.deps;
  expect(await receiveEvent(stage.nodeWith(DAY_MS), inbox.reader.parse(JSON.stringify(event)))).toBe(
    'applied',
  );
  expect(await stage.send()).toBe(1);
  expect(mailsTo(stage, email)).toHaveLength(1);
});

test('a stored pause longer than the longest possible one counts as over', async () => {
  const { email } = await paidByCustomer(stage);
  await stage.passTime(-DAY_MS);
  expect(await stage.send()).toBe(1);
  expect(mailsTo(stage, email)).toHaveLength(1);
});

test('after five attempts a mail is dead, with the reason and without the address', async () => {
  const { email, payment } = await paidByCustomer(stage);
  stage.smtp.setMood('busy');
  for (let attempt = 1; attempt <= 6; attempt++) {
    await stage.send();
    await stage.passTime(180 * MINUTE_MS);
  }
  const [row] = await notificationsOf(stage, payment.id);
  expect(row).toMatchObject({ state: 'DEAD', attempts: 5 });
  expect(row?.last_error).toContain('try again later');
  expect(row?.last_error).not.toContain('@');
  expect(mailsTo(stage, email)).toEqual([]);
});

test('a mailbox that does not exist is not tried again', async () => {
  const { email, payment } = await paidByCustomer(stage);
  stage.smtp.setMood('no such mailbox');
  await stage.send();
  const [row] = await notificationsOf(stage, payment.id);
  expect(row).toMatchObject({ state: 'DEAD', attempts: 1 });
  expect(row?.last_error).not.toContain(email);
});

test('a mail whose answer was lost is never sent a second time', async () => {
  const { email, payment } = await paidByCustomer(stage);
  stage.smtp.setMood('hangs up after the mail');
  await stage.send();
  stage.smtp.setMood('friendly');
  await stage.passTime(180 * MINUTE_MS);
  await stage.send();
  expect(mailsTo(stage, email)).toHaveLength(1);
  expect(await notificationsOf(stage, payment.id)).toMatchObject([{ state: 'UNCERTAIN', attempts: 1 }]);
});

test('a mail in the hands of a sender that died is given up, not sent again', async () => {
  const { email, payment } = await paidByCustomer(stage);
  const { pool } = stage.app.database;
  await pool.query(
    `UPDATE notifications SET state = 'SENDING', lease_until = now() - interval '1 second' WHERE payment_id = $1`,
    [payment.id],
  );
  await stage.send();
  expect(mailsTo(stage, email)).toEqual([]);
  expect(await notificationsOf(stage, payment.id)).toMatchObject([{ state: 'UNCERTAIN' }]);
});

test('eight senders at once send each mail once', async () => {
  const paid = await Promise.all([1, 2, 3, 4].map(() => paidByCustomer(stage)));
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => stage.send()));
  for (const { email } of paid) expect(mailsTo(stage, email)).toHaveLength(1);
});

test('a sender that is told to stop takes nothing more', async () => {
  const { email } = await paidByCustomer(stage);
  const { deps, notifier } = stage.app.server.app;
  expect(await sendNotifications(deps, notifier, { signal: AbortSignal.abort() })).toBe(0);
  expect(mailsTo(stage, email)).toEqual([]);
  await stage.send();
  expect(mailsTo(stage, email)).toHaveLength(1);
});

test('nobody at the mail server’s address: certainly not sent, to be tried again', async () => {
  const gone = await startSmtpServer();
  await gone.stop();
  const notifier = createSmtpNotifier({ url: gone.url, from: 'a@tabsy.example', timeoutMs: 1000 });
  expect(await notifier.send(mail('b@guests.example'))).toMatchObject({
    kind: 'refused',
    isPermanent: false,
  });
});

test('a server that wants no password is not handed one in the clear beyond this machine', async () => {
  const server = await startSmtpServer();
  const url = server.url.replace('smtp://', 'smtp://user:secret@').replace('127.0.0.1', 'localhost');
  const notifier = createSmtpNotifier({ url, from: 'a@tabsy.example', timeoutMs: 1000 });
  const outcome = await notifier.send(mail('b@guests.example'));
  expect(outcome).toMatchObject({ kind: 'refused', isPermanent: false });
  expect(JSON.stringify(outcome)).not.toContain('secret');
  await server.stop();
});

test('a line break in an address or a name starts no header of its own', async () => {
  const { smtp } = stage;
  const notifier = createSmtpNotifier({ url: smtp.url, from: 'a@tabsy.example', timeoutMs: 1000 });
  await notifier.send({ ...mail('c@guests.example'), subject: 'Chez Test\r\nBcc: thief@example.com' });
  const [taken] = mailsTo(stage, 'c@guests.example');
  expect(taken?.headers.bcc).toBeUndefined();
});

function mail(to: string) {
  return {
    messageId: '<1@tabsy.example>',
    to,
    subject: 'Test',
    text: 'Text',
    unsubscribeUrl: 'https://tabsy.example/n/x',
  };
}
