/** Where a reader stands and how long ago it moved. $1: name. */
export const readCursorAge = {
  name: 'read-processor-cursor-age',
  text: `SELECT position, extract(epoch FROM now() - updated_at)::float8 AS "ageSec" FROM processor_cursors WHERE name = $1`,
};

/** A bookmark within a window; unlike a position it may go anywhere. */
export const setBookmark = {
  name: 'set-processor-bookmark',
  text: `INSERT INTO processor_cursors (name, position) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET position = excluded.position, updated_at = now()`,
};

/**
 * A window is done: the position moves and its bookmark goes, together. It never stays beyond the second that runs now, where a
 * wrong clock has put it. $1: cursor, $2: its position, $3: bookmark.
 */
export const endWindow = {
  name: 'end-processor-window',
  text: `WITH gone AS (DELETE FROM processor_cursors WHERE name = $3)
         INSERT INTO processor_cursors AS c (name, position)
         VALUES ($1, least($2::bigint, floor(extract(epoch FROM now()))::bigint + 1)::text)
         ON CONFLICT (name) DO UPDATE SET updated_at = now(), position = least(
           greatest(c.position::bigint, excluded.position::bigint), floor(extract(epoch FROM now()))::bigint + 1)::text`,
};

/** The second of our first payment: nothing older at the processor is about us. */
export const readFirstPayment = {
  name: 'read-first-payment-second',
  text: 'SELECT floor(extract(epoch FROM min(created_at)))::float8 AS "firstSec" FROM payments',
};
