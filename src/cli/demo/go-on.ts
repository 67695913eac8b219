import path from 'node:path';
import type { DemoServer } from './server';
import type { Stage } from './stage';
import { bold, dim, say } from './terminal';

/** What to try next: addresses, where the logins are, and three commands that work as they stand. */
export async function printGoOn(stage: Stage, server: DemoServer, recordFile: string): Promise<void> {
  const { baseUrl, simulatorUrl } = stage;
  const shown = (file: string) => path.relative(process.cwd(), file) || file;
  const file = recordFile.replaceAll("'", "'\\''");
  const luca = stage.guestOf(stage.bella, 'Luca');
  const order = await stage.order(stage.bella, luca, { burrata: 1, chianti: 1 });
  const body = JSON.stringify({
    json: { orderId: order.orderId, tipMinor: 500, idempotencyKey: `curl-${order.orderId}` },
  });

  say(`\n${bold('It stays up. Ctrl-C stops server, simulator and database.')}`);
  say(`  server      ${baseUrl}  (health ${baseUrl}/health, metrics ${baseUrl}/metrics)`);
  say(`  API         ${baseUrl}/api/trpc`);
  say(`  pages       ${baseUrl}/demo  (pay at a table), ${baseUrl}/demo/live  (live events as they happen)`);
  say(`  simulator   ${simulatorUrl}  (Stripe's API on this machine; no real money)`);
  say(`  logins      ${shown(recordFile)}  (a token per role, guest ids, ids of everything)`);
  say(`  server log  ${shown(server.logFile)}`);

  say(`\n${bold('Go on with curl')}`);
  say(dim('  # the last payments, as the owner of Bella Napoli'));
  say(`  TOKEN=$(node -p 'require(process.argv[1]).tokens.owner' '${file}')`);
  say(
    `  curl -s -G ${baseUrl}/api/trpc/payments.list -H "authorization: Bearer $TOKEN" --data-urlencode 'input={"json":{"limit":3}}'`,
  );
  say(dim(`  # Luca opens a payment for his next order; repeat it, and it is the same one`));
  say(
    `  curl -s ${baseUrl}/api/trpc/payments.create -H 'content-type: application/json' -H 'x-session-id: ${luca.guestSessionId}' -d '${body}'`,
  );
  say(dim('  # what a card form needs; anybody may ask'));
  say(`  curl -s ${baseUrl}/api/trpc/payments.config`);
}
