import { ServiceError } from './errors';

/**
 * The answer while earlier work on the same thing goes on, here or on another node. A repeat with the same key continues it.
 * The code names creation only because clients have always known it so.
 */
export function inProgress(subject: 'payment' | 'split' | 'card setup'): ServiceError {
  return new ServiceError(
    'CREATION_IN_PROGRESS',
    `This ${subject} is being worked on. Repeat with the same key in a moment.`,
  );
}
