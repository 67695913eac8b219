import type { Text } from './facts';

/** To the restaurant's people. */
export const disputeOpened: Text = ({ restaurantName, amount, orderNumber, deadline }) => ({
  subject: `A guest disputes ${amount} at ${restaurantName}`,
  paragraphs: [
    `The bank of a guest questions a payment${orderNumber ? ` of order ${orderNumber}` : ''}: ${amount}. It holds the money back until this is decided, and the payment cannot be refunded meanwhile.`,
    deadline
      ? `Evidence must be there by ${deadline}. Open the payment in the dashboard to answer.`
      : 'Open the payment in the dashboard to answer.',
  ],
});
