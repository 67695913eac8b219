/** A transaction under way, for doors that hand it on to services. */
export type { Tx } from '@/db/transaction';
