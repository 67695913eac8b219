import { isCardNumber } from '@/domain/card-number';
import { DEVELOPMENT } from '@/env.variables';

/**
 * What must stand in no line of a log. Written down apart from what cuts it out (src/observability/redact.ts), so that a hole there
 * shows here.
 */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'a token': /eyJ[\w-]{8,}\.[\w-]{8,}/,
  'a guest id': /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/,
  'a client secret': /_secret_\w/,
  'a key of the processor': /\b(?:sk|rk)_(?:test|live)_\w|\bwhsec_\w/,
  'a login cookie': /session_token=/,
  'a password': /"[^"]*password[^"]*":"(?!\[redacted\])/i,
  'the address of a receipt, an export or an opt-out': /\/(?:r|n|files|receipts)\/[\w-]{20,}/,
};

/** The processor's test cards, however they are grouped. */
const TEST_CARDS =
  /4242[ .-]?4242[ .-]?4242[ .-]?4242|5555[ .-]?5555[ .-]?5555[ .-]?4444|4000[ .-]?00\d\d[ .-]?\d{4}[ .-]?\d{4}/;
const LONG_NUMBER = /(?<![\w.-])\d(?:[ .-]?\d){12,18}(?![\w-])/g;

/** Outside production, mails that no server takes are written out for the developer to read, links and all (src/notify/log.ts). */
const MAIL_ON_A_DESK = '"msg":"mail, not sent';

/** What a log holds that it must not: which kind, and in which line. Empty: nothing. */
export function secretsIn(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !line.includes(MAIL_ON_A_DESK))
    .flatMap((line) => {
      const kinds = Object.entries(FORBIDDEN).filter(([, pattern]) => pattern.test(line));
      const known = Object.values(DEVELOPMENT).filter(
        (value) => value !== DEVELOPMENT.publishableKey && line.includes(value),
      );
      const hasCard = TEST_CARDS.test(line) || (line.match(LONG_NUMBER) ?? []).some(isCardNumber);
      const found = [
        ...kinds.map(([kind]) => kind),
        ...known.map(() => 'a secret of the configuration'),
        ...(hasCard ? ['a card number'] : []),
      ];
      return found.map((kind) => `${kind}: ${line.trim()}`);
    });
}
