import { isDeepStrictEqual } from 'node:util';
import { TRPCClientError } from '@trpc/client';
import type { AppRouter } from '@/trpc/routers';

/** A step did not hold; the message says what was expected. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Fails the step unless `holds`. */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new StepFailed(`expected: ${what}`);
}

/** Fails the step unless both are the same, by value. */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new StepFailed(`expected ${what} to be ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

/** How the API refused a call, for steps that must be refused. Fails the step when the code is another, or none. */
export async function expectRefusal(
  call: Promise<unknown>,
  appCode: string,
): Promise<{ httpStatus: number; appCode: string; message: string }> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) throw new StepFailed(`expected a refusal with ${appCode}, but the call succeeded`);
  if (!(error instanceof TRPCClientError)) throw error;
  const { data, message } = error as TRPCClientError<AppRouter>;
  expectSame('the refusal', data?.appCode, appCode);
  return { httpStatus: data?.httpStatus ?? 0, appCode, message };
}
