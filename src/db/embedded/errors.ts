/** Why the embedded server did not start; each code has one remedy, given in the message. */
export type EmbeddedPostgresErrorCode =
  | 'PORT_TAKEN'
  | 'DATA_DIR_LOCKED'
  | 'WRONG_VERSION'
  | 'WRONG_PERMISSIONS'
  | 'NO_BINARIES'
  | 'NO_ACCOUNT'
  | 'INIT_FAILED'
  | 'START_FAILED';

/** One line that tells a person what to do; `detail` holds the server's own words, for logs. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    readonly detail?: string,
  ) {
    super(message);
  }
}
