import type { Text } from './facts';

/** To who tried to pay. */
export const paymentFailed: Text = ({ restaurantName, amount, orderNumber, reason }) => ({
  subject: `Your payment at ${restaurantName} did not go through`,
  paragraphs: [
    `The payment of ${amount}${orderNumber ? ` for order ${orderNumber}` : ''} at ${restaurantName} did not go through. You were not charged.`,
    ...(reason ? [reason] : []),
    'You can try again in the app, use another card, or ask the staff.',
  ],
});
