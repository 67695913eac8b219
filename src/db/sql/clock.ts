/** The clock that all nodes share. */
export const readNowSec = {
  name: 'read-database-second',
  text: 'SELECT floor(extract(epoch FROM now()))::float8 AS "nowSec"',
};

/** The same as a moment. */
export const readNow = { name: 'read-database-time', text: 'SELECT now() AS "now"' };
