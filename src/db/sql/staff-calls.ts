/** What guests wrote when they called the staff, beside the live event (docs/adr/0019). */

/** $1: event; $2: public id of the guest; $3: words; $4: now. */
export const insertStaffCallWords = {
  name: 'insert-staff-call-words',
  text: 'INSERT INTO staff_call_words (event_id, guest_public_id, words, created_at) VALUES ($1, $2, $3, $4)',
};

/** $1: events. */
export const readStaffCallWords = {
  name: 'read-staff-call-words',
  text: 'SELECT event_id AS "eventId", words FROM staff_call_words WHERE event_id = ANY ($1::uuid[])',
};

/** $1: guests, as labels of actors. */
export const forgetStaffCallWords = {
  name: 'forget-staff-call-words',
  text: `DELETE FROM staff_call_words WHERE 'guest:' || guest_public_id = ANY ($1::text[])`,
};
