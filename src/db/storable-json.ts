const SUSPECT = /\\u(?:0000|d[89a-f])/i;
// A good surrogate pair, what is refused, any other escape (so that an escaped backslash is passed over whole).
const ESCAPES = /(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|(\\u(?:0000|d[89a-f][0-9a-f]{2}))|\\./gis;

/**
 * JSON as PostgreSQL takes it: of what JSON allows, PostgreSQL refuses `\u0000` and half a surrogate pair ("JSON Types").
 * Each becomes U+FFFD. Such text can be typed by a payer, and an event that cannot be stored would be sent in vain for days.
 */
export function storableJson(payload: string): string {
  if (!SUSPECT.test(payload)) return payload;
  return payload.replace(ESCAPES, (found, _pair, refused) => (refused === undefined ? found : '\\ufffd'));
}
