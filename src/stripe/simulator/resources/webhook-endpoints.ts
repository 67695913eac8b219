import { createEndpoint } from '../engine/webhook-endpoints';
import { listPage, PAGE } from '../http/list';
import { operation } from '../http/operation';
import { array, boolean, emptyable, metadata, required, string } from '../http/params';
import { mergeMetadata } from '../metadata';

export const webhookEndpointOperations = [
  operation({
    method: 'POST',
    path: '/v1/webhook_endpoints',
    params: {
      url: required(string()),
      enabled_events: required(array(string())),
      api_version: string(),
      connect: boolean(),
      description: emptyable(string()),
      metadata: metadata(),
    },
    handle({ world }, params) {
      const endpoint = createEndpoint(world, {
        url: params.url,
        enabledEvents: params.enabled_events,
        apiVersion: params.api_version,
        description: params.description,
        metadata: mergeMetadata({}, params.metadata),
      });
      // Only the creation shows the secret.
      return { ...endpoint, secret: world.store.endpointSecrets.get(endpoint.id) };
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/webhook_endpoints',
    params: PAGE,
    handle: (call, params) => listPage(call, call.world.store.webhookEndpoints, params, () => true),
  }),
  operation({
    method: 'GET',
    path: '/v1/webhook_endpoints/:id',
    params: {},
    handle: ({ world, ids: [id] }) => world.store.webhookEndpoints.get(id),
  }),
  operation({
    method: 'POST',
    path: '/v1/webhook_endpoints/:id',
    params: {
      url: string(),
      enabled_events: array(string()),
      disabled: boolean(),
      description: emptyable(string()),
      metadata: metadata(),
    },
    handle({ world, ids: [id] }, { disabled, metadata: meta, ...plain }) {
      const before = world.store.webhookEndpoints.get(id);
      return world.store.webhookEndpoints.patch(id, {
        ...plain,
        ...(disabled === undefined ? {} : { status: disabled ? 'disabled' : 'enabled' }),
        metadata: mergeMetadata(before.metadata, meta),
      });
    },
  }),
  operation({
    method: 'DELETE',
    path: '/v1/webhook_endpoints/:id',
    params: {},
    handle({ world, ids: [id] }) {
      world.store.webhookEndpoints.get(id);
      world.store.webhookEndpoints.remove(id);
      return { id, object: 'webhook_endpoint', deleted: true };
    },
  }),
];
