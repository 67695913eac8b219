/**
 * A broken money rule: a stable `code` for programs, a `message` for people, `details` for logs.
 * `services/errors.ts` maps codes to the wire; details hold amounts and ids only, never personal data.
 */
export class DomainError extends Error {
  readonly code: string;
  readonly details?: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}
