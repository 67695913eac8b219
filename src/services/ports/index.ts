// What services need from outside, as interfaces. Implemented in src/stripe, src/notify, src/observability and src/server.
export type * from './clock';
export type * from './logger';
export type * from './mail';
export type * from './processor';
export type * from './processor-events';
export type * from './processor-objects';
export type * from './processor-outcome';
