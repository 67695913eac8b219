/** What reckoning with a restaurant's money and days needs. $1: restaurant id. */
export const readRestaurantRules = {
  name: 'read-restaurant-rules',
  text: `SELECT id AS "restaurantId", currency, time_zone AS "timeZone", closing_hour AS "closingHour"
         FROM restaurants WHERE id = $1`,
};
