import type { Db } from '@/db/db';
import type { PrismaClient } from '@/generated/prisma/client';
import type { Actor } from './actor';
import type { Checkpoint } from './checkpoints';
import type { ApplyEvent } from './inbox/apply-event';
import type { Clock, EventReader, Logger, Processor } from './ports';

/** The part of the configuration that rules depend on; built from src/env.ts by the composition root. */
export interface Settings {
  currency: string;
  minPaymentMinor: number;
  maxPaymentMinor: number;
  paymentTimeoutMinutes: number;
  splitHoldMinutes: number;
  publishableKey: string;
  simulator: boolean;
  /** Where the browser confirms cards in simulator mode; null with real keys. */
  simulatorUrl: string | null;
  publicUrl: string;
  receiptLinkDays: number;
  webhookRetryAttempts: number;
  webhookRetryDelayMs: number;
  webhookWaitingMaxHours: number;
}

/** Sleeping readers that a commit may wake. Lost wake-ups are harmless: everyone also polls. */
export type WakeTopic = 'outbox' | 'inbox' | 'creation';

/** What one process shares between all requests. */
export interface Deps {
  db: Db;
  prisma: PrismaClient;
  /** Reads alone, a moment behind: DATABASE_REPLICA_URL, or without one the same as above. See on-replica.ts. */
  replica: { db: Db; prisma: PrismaClient };
  clock: Clock;
  processor: Processor;
  settings: Settings;
  log: Logger;
  wake(topic: WakeTopic): void;
  /**
   * Reads the processor's events, and applies one; `types`: those that are delivered, while a list of events shows all. Given by
   * src/webhooks, so that services know no event types.
   */
  inbox: { reader: EventReader; apply: ApplyEvent; types: readonly string[] };
  /** Does nothing but in a chaos run, see checkpoints.ts. */
  checkpoint(name: Checkpoint): void | Promise<void>;
}

export interface RequestInfo {
  id: string;
  /** The span of the request (W3C), where traces are on. */
  traceparent?: string;
  ip: string | null;
  userAgent: string | null;
}

/** What every verb gets: `verb(ctx, input)`. */
export interface ServiceContext extends Deps {
  actor: Actor;
  request: RequestInfo;
}
