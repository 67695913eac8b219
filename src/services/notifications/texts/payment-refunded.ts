import type { Text } from './facts';

/** To who paid. */
export const paymentRefunded: Text = ({ restaurantName, amount, orderNumber, receiptUrl }) => ({
  subject: `${restaurantName} has refunded ${amount}`,
  paragraphs: [
    `${restaurantName} has given ${amount} back${orderNumber ? ` for order ${orderNumber}` : ''}. On a card it can take some days until your bank shows it.`,
    ...(receiptUrl ? [`Your receipt: ${receiptUrl}`] : []),
  ],
});
