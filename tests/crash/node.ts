// One node of a chaos run: the server as it runs in production, recovery included, plus checkpoints at which it can be told to
// die. Started by ../support/processes.ts, which talks to it over IPC.
import { loadEnv } from '@/env';
import { startServer } from '@/server/start';
import type { Checkpoint } from '@/services/checkpoints';
import type { NodeCommand, NodeReport } from '../support/processes';

const say = (report: NodeReport) => process.send?.(report);
/** How often a checkpoint is still passed before the process dies at it. */
const armed = new Map<Checkpoint, number>();
let clockErrorMs = 0;

const server = await startServer({
  env: loadEnv(process.env),
  next: false,
  worker: true,
  app: { checkpoint: dieIfArmed, clock: { now: () => new Date(Date.now() + clockErrorMs) } },
});

process.on('message', (command: NodeCommand) => {
  if (command.kind === 'arm') armed.set(command.checkpoint, command.pass);
  else if (command.kind === 'disarm') armed.clear();
  else if (command.kind === 'jump') clockErrorMs = command.byMs;
  else void server.stop().then(() => process.exit(0));
});
// Whoever read its log is gone: exit() would try to flush it for ever.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
say({ kind: 'ready', url: server.url });

function dieIfArmed(name: Checkpoint): void | Promise<void> {
  const left = armed.get(name);
  if (left === undefined) return;
  armed.set(name, left - 1);
  if (left > 1) return;
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}
