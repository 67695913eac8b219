import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Balancer, startBalancer } from './balancer';
import { waitFor } from './wait-for';

let balancer: Balancer;
afterEach(() => balancer?.stop());

test('a node that is told to end while a health check is under way ends: checks do not keep its connections', async () => {
  const held: ServerResponse[] = [];
  const node = createServer((_, response) => void held.push(response)).listen(0, '127.0.0.1');
  await once(node, 'listening');
  balancer = await startBalancer([`http://127.0.0.1:${(node.address() as AddressInfo).port}`]);
  await waitFor('a check under way', () => held.length > 0);
  let hasEnded = false;
  node.close(() => {
    hasEnded = true;
  });
  await waitFor('the node’s end', () => {
    for (const response of held.splice(0)) response.end();
    return hasEnded;
  });
  expect(hasEnded).toBe(true);
});

test.each([
  [true, 1],
  [false, 3],
])('with keepAlive %s three requests take %i connections', async (keepAlive, expected) => {
  const used = new Set<unknown>();
  const node = createServer((incoming, response) => {
    if (incoming.url !== '/ready') used.add(incoming.socket);
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(node, 'listening');
  balancer = await startBalancer([`http://127.0.0.1:${(node.address() as AddressInfo).port}`], { keepAlive });
  for (let i = 0; i < 3; i++) expect(await (await fetch(`${balancer.url}/${i}`)).text()).toBe('ok');
  expect(used.size).toBe(expected);
  node.closeAllConnections();
  node.close();
});
