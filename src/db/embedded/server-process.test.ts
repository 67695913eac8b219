import { expect, it } from 'vitest';
import { lastWords } from './server-process';

it.each([
  [
    'the server finds no database, in three lines',
    'postgres: could not find the database system\nExpected to find it in the directory "/data",\nbut could not open file "/data/global/pg_control": No such file\n',
    'postgres: could not find the database system Expected to find it in the directory "/data", but could not open file "/data/global/pg_control": No such file',
  ],
  [
    'what it says afterwards is no reason',
    '2026-11-23 20:00:00.000 UTC [7] LOG:  starting PostgreSQL\n2026-11-23 20:00:00.001 UTC [7] FATAL:  could not create shared memory segment\n2026-11-23 20:00:00.002 UTC [7] LOG:  database system is shut down\n',
    '2026-11-23 20:00:00.001 UTC [7] FATAL:  could not create shared memory segment',
  ],
  [
    'without a fatal message the last line has to do',
    'sh: no such thing\ncannot execute\n',
    'cannot execute',
  ],
  ['a server that said nothing', '', ''],
])('the reason of a failed start is told whole: %s', (_, log, expected) => {
  expect(lastWords(log)).toBe(expected);
});
