import type { AnyTRPCProcedure, TRPCBuiltRouter, TRPCMutationProcedure } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';

type ServerTypes = AppRouter['_def']['_config']['$types'];

/** The input of a mutation as callers of this client write it: the key may be left out, the client makes one. */
type KeyOptional<Input> = Input extends { idempotencyKey: string }
  ? Omit<Input, 'idempotencyKey'> & { idempotencyKey?: string | undefined }
  : Input;

/** An input of nothing but a key may be left out altogether. */
type InputOf<Input> = object extends KeyOptional<Input> ? KeyOptional<Input> | undefined : KeyOptional<Input>;

type ForClients<Parts> = {
  [Name in keyof Parts]: Parts[Name] extends TRPCMutationProcedure<infer Mutation>
    ? TRPCMutationProcedure<{
        input: InputOf<Mutation['input']>;
        output: Mutation['output'];
        meta: Mutation['meta'];
      }>
    : Parts[Name] extends AnyTRPCProcedure
      ? Parts[Name]
      : ForClients<Parts[Name]>;
};

type ClientRecord = ForClients<AppRouter['_def']['record']>;

/** Every procedure of the server as this client calls it. */
export type PaymentsRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ServerTypes['errorShape']; transformer: true },
  ClientRecord
>;
