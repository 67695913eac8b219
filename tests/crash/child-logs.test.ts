import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNode, type Programs, startSimulatorProcess } from '../support/processes';

/* What processes of crash and chaos runs write is scanned (tests/support/output-scan.ts). Here, that it would tell. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tabsy-child-logs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Programs that are ready at once, write one line, and live until they are told to end. */
async function programsThatWrite(line: string, stream: 'log' | 'error' = 'log'): Promise<Programs> {
  const file = path.join(folder, `${crypto.randomUUID()}.mjs`);
  await writeFile(
    file,
    `console.${stream}(${JSON.stringify(line)});
     process.send({ kind: 'ready', url: 'http://127.0.0.1:1' });
     process.on('message', () => process.exit(0));
     process.on('disconnect', () => process.exit(0));`,
  );
  return { node: file, simulator: file, remove: async () => undefined };
}

async function startNode(programs: Programs) {
  const node = await createNode(programs, { databaseUrl: 'postgres://x', simulatorUrl: 'http://x' });
  await node.start();
  return node;
}

it.each([
  ['a card number', '{"level":20,"msg":"paid with 4242 4242 4242 4242"}'],
  ['a key of the processor', 'sk_test_chaos_only_0000'],
  ['a client secret', '{"at":"pi_1_secret_2"}'],
])('%s in the output of a node fails its stop', async (kind, line) => {
  const node = await startNode(await programsThatWrite(line));
  await expect(node.stop()).rejects.toThrow(kind);
});

it('a secret on stderr fails the stop, also after kills of the node', async () => {
  const node = await startNode(await programsThatWrite('whsec_planted', 'error'));
  await node.kill();
  await node.start();
  await node.kill();
  await expect(node.stop()).rejects.toThrow('a key of the processor');
});

it('a card number in the output of the simulator fails its stop', async () => {
  const simulator = await startSimulatorProcess(await programsThatWrite('4000 0025 0000 3155'));
  await expect(simulator.stop()).rejects.toThrow('a card number');
});

it('output without a secret does not fail the stop', async () => {
  const node = await startNode(await programsThatWrite('{"level":20,"msg":"a procedure refused"}'));
  await expect(node.stop()).resolves.toBeUndefined();
});
