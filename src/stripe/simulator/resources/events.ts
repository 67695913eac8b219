import { invalidRequest } from '../errors';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { operation } from '../http/operation';
import { array, boolean, string } from '../http/params';
import { matchesGlob } from '../rules';

export const eventOperations = [
  operation({
    method: 'GET',
    path: '/v1/events',
    params: { ...DATED_PAGE, type: string(), types: array(string()), delivery_success: boolean() },
    handle(call, params) {
      const { type, types, delivery_success: delivered } = params;
      if (type !== undefined && types !== undefined) {
        throw invalidRequest('You may pass either `type` or `types`, but not both.', {
          code: 'parameters_exclusive',
        });
      }
      const wanted = types ?? (type === undefined ? undefined : [type]);
      return listPage(
        call,
        call.world.store.events,
        params,
        (event) =>
          (wanted === undefined || wanted.some((pattern) => matchesGlob(pattern, event.type))) &&
          (delivered === undefined || delivered === (event.pending_webhooks === 0)) &&
          inRange(event.created, params.created),
      );
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/events/:id',
    params: {},
    handle: ({ world, ids: [id] }) => world.store.events.get(id),
  }),
];
