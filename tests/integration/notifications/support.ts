import type { Deps } from '@/services/context';
import { sendNotifications } from '@/services/notifications/send';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { type SmtpServer, startSmtpServer } from '../../support/smtp-server';

/** The service with a mail server beside it; each test says itself when mails are sent. */
export interface MailStage {
  app: TestApp;
  smtp: SmtpServer;
  at: SeededRestaurant;
  service: Client;
  /** Sends what is due, on a node whose clock is wrong by so much. */
  send(wrongMs?: number): Promise<number>;
  /** What a node works with whose clock is wrong by so much. */
  nodeWith(wrongMs: number): Deps;
  /** Lets so much time pass for the queued mails: their pauses are counted on the database's clock. */
  passTime(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startMailStage(): Promise<MailStage> {
  const smtp = await startSmtpServer();
  const app = await startTestApp({
    env: {
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Tabsy <receipts@tabsy.example>',
      SMTP_TIMEOUT_MS: '2000',
      LOG_LEVEL: 'info',
    },
  });
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const nodeWith = (wrongMs: number): Deps => ({
    ...app.server.app.deps,
    clock: { now: () => new Date(Date.now() + wrongMs) },
  });
  return {
    app,
    smtp,
    at,
    service,
    send: (wrongMs = 0) => sendNotifications(nodeWith(wrongMs), app.server.app.notifier),
    nodeWith,
    passTime: async (ms) => {
      await app.database.pool.query(
        `UPDATE notifications SET next_attempt_at = next_attempt_at - $1 * interval '1 ms' WHERE state = 'DUE'`,
        [ms],
      );
    },
    stop: async () => {
      await app.stop();
      await smtp.stop();
    },
  };
}

/** A signed-in customer with an address, and an unpaid order of 25.00 + 2.00 tax. */
export async function customerWithOrder(stage: MailStage, at = stage.at) {
  const userId = `customer-${newKey()}`;
  const email = `${userId}@guests.example`;
  const orderId = await seedOrder(stage.service, at, { customerId: userId });
  await stage.service.platform.users.sync.mutate({ users: [{ id: userId, email, version: 1 }] });
  return { userId, email, orderId, client: await stage.app.asCustomer(userId) };
}

export async function openCustomerPayment(stage: MailStage, at = stage.at) {
  const customer = await customerWithOrder(stage, at);
  const payment = await customer.client.payments.create.mutate({
    orderId: customer.orderId,
    idempotencyKey: newKey(),
  });
  return { ...customer, payment };
}

export async function paidByCustomer(stage: MailStage, at = stage.at, card = 'pm_card_visa') {
  const opened = await openCustomerPayment(stage, at);
  await payWithCard(stage.app, opened.payment, card);
  return { ...opened, payment: await waitForStatus(opened.client, opened.payment.id, 'COMPLETED') };
}

export interface NotificationRow {
  kind: string;
  state: string;
  attempts: number;
  last_error: string | null;
  sent_at: Date | null;
  opt_out_token: string;
}

export async function notificationsOf(stage: MailStage, paymentId: string): Promise<NotificationRow[]> {
  const { rows } = await stage.app.database.pool.query<NotificationRow>(
    'SELECT kind, state, attempts, last_error, sent_at, opt_out_token FROM notifications WHERE payment_id = $1 ORDER BY id',
    [paymentId],
  );
  return rows;
}

export function mailsTo(stage: MailStage, email: string) {
  return stage.smtp.mails.filter((mail) => mail.to === email);
}
