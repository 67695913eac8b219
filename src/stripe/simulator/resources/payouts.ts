import { knownCurrency } from '../currencies';
import { cancelPayout, createManualPayout } from '../engine/payouts';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { operation } from '../http/operation';
import { integer, metadata, oneOf, required, string, timeRange } from '../http/params';
import { mergeMetadata } from '../metadata';

export const payoutOperations = [
  operation({
    method: 'POST',
    path: '/v1/payouts',
    params: {
      amount: required(integer(1)),
      currency: required(string()),
      description: string(),
      destination: string(),
      metadata: metadata(),
      method: oneOf('instant', 'standard'),
      payout_method: string(),
      source_type: oneOf('bank_account', 'card', 'fpx'),
      statement_descriptor: string(22),
    },
    handle({ world, cause }, params) {
      const input = {
        amount: params.amount,
        currency: knownCurrency(params.currency),
        description: params.description,
        metadata: mergeMetadata({}, params.metadata),
        method: params.method,
        statementDescriptor: params.statement_descriptor,
      };
      return createManualPayout(world, input, cause);
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/payouts',
    params: { ...DATED_PAGE, arrival_date: timeRange(), destination: string(), status: string() },
    handle: (call, params) =>
      listPage(
        call,
        call.world.store.payouts,
        params,
        (payout) =>
          (params.status === undefined || payout.status === params.status) &&
          (params.destination === undefined || payout.destination === params.destination) &&
          inRange(payout.arrival_date, params.arrival_date) &&
          inRange(payout.created, params.created),
      ),
  }),
  operation({
    method: 'GET',
    path: '/v1/payouts/:id',
    params: {},
    handle: ({ world, ids: [id] }) => world.store.payouts.get(id),
  }),
  operation({
    method: 'POST',
    path: '/v1/payouts/:id',
    params: { metadata: metadata() },
    handle({ world, cause, ids: [id] }, params) {
      const before = world.store.payouts.get(id);
      const after = world.store.payouts.patch(id, {
        metadata: mergeMetadata(before.metadata, params.metadata),
      });
      world.emit('payout.updated', after, cause, before);
      return after;
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/payouts/:id/cancel',
    params: {},
    handle: ({ world, cause, ids: [id] }) => cancelPayout(world, id, cause),
  }),
];
