/** The clock that all nodes share. */
export const readNowSec = {
  name: 'read-database-second',
  text: 'SELECT floor(extract(epoch FROM now()))::float8 AS "nowSec"',
};
