import { z } from 'zod';
import { platformId } from '../payments/schemas';

export const listTeamInput = z.object({ restaurantId: platformId });
export type ListTeamInput = z.input<typeof listTeamInput>;

/** Somebody who works at a restaurant, as the platform knows them. */
export interface TeamMemberView {
  userId: string;
  name: string | null;
  email: string | null;
  role: 'OWNER' | 'STAFF';
}
