import type { Text } from './facts';

/** To a participant of a split who has not paid yet. */
export const shareReminder: Text = ({ restaurantName, amount, orderNumber }) => ({
  subject: `Your share at ${restaurantName} is still open`,
  paragraphs: [
    `Your share of ${amount}${orderNumber ? ` of order ${orderNumber}` : ''} at ${restaurantName} has not been paid yet.`,
    'Please pay it in the app, or ask the staff.',
  ],
});
