/** The clock that all nodes share. */
export const readNow = { name: 'read-database-time', text: 'SELECT now() AS "now"' };
