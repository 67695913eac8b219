import type { Sql } from '@/db/sql';
import type { GuestScope, Membership } from '../actor';
import type { FindActor } from './resolve-actor';

interface Row {
  memberships: Membership[];
  public_id: string | null;
  table_session_id: string | null;
  restaurant_id: string | null;
}

/**
 * A closed or expired session still tells who the guest is, for reading: verbs decide what else it allows. Who has left is
 * nobody here any more.
 */
const FIND_ACTOR = {
  name: 'auth_find_actor',
  text: `
    SELECT coalesce(
             (SELECT json_agg(json_build_object('restaurantId', m.restaurant_id, 'role', m.role))
                FROM memberships m WHERE m.user_id = $1),
             '[]'::json) AS memberships,
           g.public_id, g.table_session_id, s.restaurant_id
      FROM (SELECT 1) AS one
      LEFT JOIN guest_sessions g ON g.id = $2 AND g.left_at IS NULL
      LEFT JOIN table_sessions s ON s.id = g.table_session_id`,
};

/** One prepared statement answers for both ids of a request. */
export function createFindActor(sql: Sql): FindActor {
  return async (userId, guestSessionId) => {
    const row = await sql.one<Row>(FIND_ACTOR, [userId, guestSessionId]);
    return { memberships: row.memberships, guest: guestOf(row, guestSessionId) };
  };
}

function guestOf(row: Row, guestSessionId: string | null): GuestScope | null {
  if (!guestSessionId || !row.public_id || !row.table_session_id || !row.restaurant_id) return null;
  return {
    guestSessionId,
    publicId: row.public_id,
    tableSessionId: row.table_session_id,
    restaurantId: row.restaurant_id,
  };
}
