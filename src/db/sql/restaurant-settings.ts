/** What a restaurant has set. No row: the defaults. $1: restaurant id. */
export const readSettings = {
  name: 'read-restaurant-settings',
  text: `SELECT staff_refund_window_days AS "staffRefundWindowDays", owner_refund_window_days AS "ownerRefundWindowDays",
           staff_refund_limit_amount AS "staffRefundLimitMinor", owner_refund_limit_amount AS "ownerRefundLimitMinor",
           split_reminders_enabled AS "splitRemindersEnabled", guest_notifications_enabled AS "guestNotificationsEnabled",
           tip_pool_rule AS "tipPoolRule", alert_failure_rate_percent AS "alertFailureRatePercent",
           alert_pending_minutes AS "alertPendingMinutes", alert_refund_rate_percent AS "alertRefundRatePercent",
           version, updated_at AS "updatedAt"
         FROM restaurant_settings WHERE restaurant_id = $1`,
};

/** $1: restaurant id; $2..$11: every setting, as it is from now on. The caller holds the restaurant's lock. */
export const upsertSettings = {
  name: 'upsert-restaurant-settings',
  text: `INSERT INTO restaurant_settings AS s (restaurant_id, staff_refund_window_days, owner_refund_window_days,
           staff_refund_limit_amount, owner_refund_limit_amount, split_reminders_enabled, guest_notifications_enabled,
           tip_pool_rule, alert_failure_rate_percent, alert_pending_minutes, alert_refund_rate_percent, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
         ON CONFLICT (restaurant_id) DO UPDATE SET staff_refund_window_days = excluded.staff_refund_window_days,
           owner_refund_window_days = excluded.owner_refund_window_days,
           staff_refund_limit_amount = excluded.staff_refund_limit_amount,
           owner_refund_limit_amount = excluded.owner_refund_limit_amount,
           split_reminders_enabled = excluded.split_reminders_enabled,
           guest_notifications_enabled = excluded.guest_notifications_enabled,
           tip_pool_rule = excluded.tip_pool_rule, alert_failure_rate_percent = excluded.alert_failure_rate_percent,
           alert_pending_minutes = excluded.alert_pending_minutes,
           alert_refund_rate_percent = excluded.alert_refund_rate_percent, version = s.version + 1, updated_at = now()`,
};
