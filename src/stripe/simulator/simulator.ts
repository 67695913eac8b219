import { createControl, putEndpoint } from './control/control';
import { controlDoor } from './control/http';
import type { SimulatorControl } from './control/types';
import { DataFile } from './data-file';
import { openDispute } from './engine/disputes';
import { failRefund } from './engine/refunds';
import { settleCharge } from './engine/settle';
import { ApiError } from './errors';
import type { ApiParts } from './http/api';
import type { FaultRule } from './http/faults';
import { Idempotency } from './http/idempotency';
import { RequestLog } from './http/request-log';
import { Router } from './http/router';
import { listen } from './http/server';
import { defaultSettings, type SimulatorOptions, type WebhookEndpointOptions } from './options';
import { allOperations } from './resources/index';
import { Rules } from './rules';
import { Scheduler } from './scheduler';
import { Store, type Task } from './store';
import { Deliverer } from './webhooks/deliverer';
import { eventEmitter, type World } from './world';

/** A running simulator of Stripe on 127.0.0.1. */
export interface Simulator {
  url: string;
  port: number;
  addWebhookEndpoint(endpoint: WebhookEndpointOptions): void;
  control: SimulatorControl;
  /** Writes the data file and stops; open connections are destroyed. */
  close(): Promise<void>;
}

interface Snapshot {
  store: Record<string, unknown[]>;
  idempotency: ReturnType<Idempotency['dump']>;
}

/** What a delayed effect does. A charge that can no longer be disputed is left alone. */
function runTask(world: World, task: Task): void {
  if (task.kind === 'settle_charge') settleCharge(world, task.target);
  else if (task.kind === 'fail_refund') failRefund(world, task.target, 'expired_or_canceled_card');
  else {
    try {
      openDispute(world, task.target);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

/**
 * Starts the simulator. Development and test only: throws when `production` is true, and every request with
 * a live key is refused.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  if (options.production) throw new Error('The Stripe simulator refuses to start in production.');
  const clock = options.clock ?? (() => new Date());
  const now = () => Math.floor(clock().getTime() / 1000);
  const store = new Store();
  const settings = defaultSettings(options);
  const idempotency = new Idempotency(() => clock().getTime());
  const dataFile = new DataFile(
    options.dataFile,
    (): Snapshot => ({ store: store.dump(), idempotency: idempotency.dump() }),
  );
  const touch = () => dataFile.touch();
  const deliverer = new Deliverer(store, settings, now, touch);
  const scheduler = new Scheduler(store.tasks, (task) => runTask(world, task), touch);
  let url = '';
  const emit = eventEmitter(store, now, (event) => deliverer.publish(event));
  const world: World = { store, settings, scheduler, baseUrl: () => url, now, emit };
  const faults = new Rules<FaultRule>();
  const log = new RequestLog();
  const registerEndpoints = () => {
    // Those of an earlier start lie at ports that may be anybody's now.
    store.webhookEndpoints.clear();
    store.endpointSecrets.clear();
    for (const endpoint of options.webhookEndpoints ?? []) putEndpoint(world, endpoint);
  };
  const reset = () => {
    scheduler.stop();
    deliverer.clear();
    deliverer.faults.clear();
    faults.clear();
    idempotency.clear();
    log.clear();
    store.clear();
    Object.assign(settings, defaultSettings(options));
    registerEndpoints();
  };
  const control = createControl({ world, deliverer, faults, log, reset });
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const parts: ApiParts = {
    world,
    router: new Router(allOperations),
    idempotency,
    faults,
    log,
    onChange: touch,
    wait,
  };
  const saved = dataFile.read() as Snapshot | undefined;
  if (saved !== undefined) {
    store.load(saved.store);
    idempotency.load(saved.idempotency);
  }
  registerEndpoints();
  const server = await listen(parts, controlDoor(control, touch), options.port ?? 0);
  url = `http://127.0.0.1:${server.port}`;
  scheduler.resume();
  deliverer.resume();
  options.log?.(`Stripe simulator listens on ${url} (development only; no real payments)`);
  return {
    url,
    port: server.port,
    addWebhookEndpoint: (endpoint) => void putEndpoint(world, endpoint),
    control,
    async close() {
      await server.close();
      scheduler.stop();
      await dataFile.flush();
      deliverer.close();
    },
  };
}
