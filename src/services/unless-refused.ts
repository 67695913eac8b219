import { ServiceError } from './errors';

/** The result of `work`; null when it was refused with this code, as what it wanted is so already. */
export async function unlessRefused<T>(code: ServiceError['code'], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ServiceError && error.code === code) return null;
    throw error;
  }
}
