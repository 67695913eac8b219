// Pages may not import the server's composition themselves (tests/architecture/rules.ts): they get the app here.
export { currentApp } from '@/server/current-app';
