/** What people and machines did beside payments: replays, settings, logins. Ids only in $7. */
export const insertAudit = {
  name: 'insert-audit',
  text: `INSERT INTO audit_log (id, actor, action, subject_type, subject_id, restaurant_id, details, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)`,
};
