import { ServiceError } from '../errors';

export function drawerNotOpen(): ServiceError {
  return new ServiceError(
    'DRAWER_NOT_OPEN',
    'No drawer of this restaurant is open. Open one with its float.',
  );
}
