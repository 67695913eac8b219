import type Stripe from 'stripe';
import { newId, randomText } from '../ids';
import { API_VERSION } from '../options';
import type { World } from '../world';

export interface EndpointInput {
  url: string;
  enabledEvents: string[];
  secret?: string;
  description?: string | null;
  metadata?: Record<string, string>;
  apiVersion?: string;
}

/** Registers an endpoint and its signing secret; the caller decides whether the secret is shown. */
export function createEndpoint(world: World, input: EndpointInput): Stripe.WebhookEndpoint {
  const endpoint = world.store.webhookEndpoints.insert({
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: input.apiVersion ?? API_VERSION,
    application: null,
    created: world.now(),
    description: input.description ?? null,
    enabled_events: input.enabledEvents,
    livemode: false,
    metadata: input.metadata ?? {},
    status: 'enabled',
    url: input.url,
  });
  world.store.endpointSecrets.set(endpoint.id, input.secret ?? `whsec_${randomText(32)}`);
  return endpoint;
}
