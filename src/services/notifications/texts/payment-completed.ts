import type { Text } from './facts';

/** To who paid. */
export const paymentCompleted: Text = ({
  restaurantName,
  amount,
  orderNumber,
  receiptNumber,
  receiptUrl,
}) => ({
  subject: `Your payment of ${amount} at ${restaurantName}`,
  paragraphs: [
    `Thank you. ${restaurantName} has received ${amount}${orderNumber ? ` for order ${orderNumber}` : ''}.`,
    ...(receiptUrl ? [`Your receipt${receiptNumber ? ` ${receiptNumber}` : ''}: ${receiptUrl}`] : []),
  ],
});
