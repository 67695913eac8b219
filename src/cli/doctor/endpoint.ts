import { randomUUID } from 'node:crypto';
import type { Env } from '@/env';
import { SDK_API_VERSION } from '@/env.variables';
import type { EndpointFacts, Inspector } from '@/stripe/inspector';
import { EVENT_TYPES } from '@/webhooks/event-types';
import { type Finding, fail, ok, unanswered, warn } from './finding';

const PATHS = ['/api/webhooks/stripe', '/api/v1/payments/webhooks/stripe'] as const;
const ITEM = 'webhook endpoint';

/** Whether Stripe sends what is needed to where this service listens. `mayFix`: creates or mends the endpoint. */
export async function examineEndpoint(env: Env, inspector: Inspector, mayFix: boolean): Promise<Finding[]> {
  const answer = await inspector.endpoints();
  if (answer.kind !== 'ok') return [unanswered(ITEM, answer)];
  const urls: string[] = PATHS.map((path) => `${env.server.webhookBaseUrl}${path}`);
  const ours = answer.value.filter(({ url }) => urls.includes(url));
  const [endpoint] = ours.toSorted((a, b) => Number(b.isEnabled) - Number(a.isEnabled));
  if (!endpoint) return [await create(env, inspector, mayFix)];
  const enabled = ours.filter(({ isEnabled }) => isEnabled).length;
  return [
    ...(enabled > 1
      ? [warn(ITEM, `${enabled} endpoints lead here, so every event comes ${enabled} times: keep one.`)]
      : []),
    ...(await examineOne(endpoint, inspector, mayFix)),
    versionOf(endpoint, env),
  ];
}

async function create(env: Env, inspector: Inspector, mayFix: boolean): Promise<Finding> {
  const url = `${env.server.webhookBaseUrl}${PATHS[0]}`;
  if (!mayFix)
    return fail(
      ITEM,
      `none leads to ${url}: run npm run doctor -- --fix, or correct WEBHOOK_BASE_URL if it lies elsewhere.`,
    );
  const wish = { url, eventTypes: EVENT_TYPES, apiVersion: env.stripe.apiVersion };
  const created = await inspector.createEndpoint(wish, randomUUID());
  if (created.kind !== 'ok') return fail(ITEM, `could not be created: ${created.error.detail}`);
  return ok(
    ITEM,
    `${created.value.id} created for ${url}. Set STRIPE_WEBHOOK_SECRET=${created.value.secret} and restart; it is shown this once.`,
  );
}

async function examineOne(
  endpoint: EndpointFacts,
  inspector: Inspector,
  mayFix: boolean,
): Promise<Finding[]> {
  const missing = endpoint.eventTypes.includes('*')
    ? []
    : EVENT_TYPES.filter((type) => !endpoint.eventTypes.includes(type));
  if (endpoint.isEnabled && missing.length === 0)
    return [
      ok(ITEM, `${endpoint.id} sends to ${endpoint.url}`),
      ok('events', `all ${EVENT_TYPES.length} types`),
    ];
  if (mayFix) {
    const types = [...new Set([...endpoint.eventTypes, ...EVENT_TYPES])];
    const wanted = types.includes('*') ? ['*'] : types;
    const updated = await inspector.updateEndpoint(endpoint.id, wanted, randomUUID());
    return [
      updated.kind === 'ok'
        ? ok(ITEM, `${endpoint.id} was enabled and sends every type of event that is needed`)
        : fail(ITEM, `${endpoint.id} could not be changed: ${updated.error.detail}`),
    ];
  }
  return [
    endpoint.isEnabled
      ? ok(ITEM, `${endpoint.id} sends to ${endpoint.url}`)
      : fail(ITEM, `${endpoint.id} is disabled: run npm run doctor -- --fix, then replay what was missed.`),
    missing.length === 0
      ? ok('events', `all ${EVENT_TYPES.length} types`)
      : fail('events', `${missing.join(', ')} are not sent: run npm run doctor -- --fix.`),
  ];
}

/** Events have the shape of their endpoint's version, which can only be chosen when it is created. */
function versionOf({ apiVersion, id }: EndpointFacts, env: Env): Finding {
  const item = 'API version';
  if (apiVersion === SDK_API_VERSION && env.stripe.apiVersion === SDK_API_VERSION)
    return ok(item, apiVersion);
  if (apiVersion === SDK_API_VERSION)
    return warn(
      item,
      `STRIPE_API_VERSION is ${env.stripe.apiVersion}, tested is ${SDK_API_VERSION}: unset it.`,
    );
  return warn(
    item,
    `${id} sends events of ${apiVersion ?? "the account's default version"}, tested is ${SDK_API_VERSION}: delete it and run npm run doctor -- --fix.`,
  );
}
