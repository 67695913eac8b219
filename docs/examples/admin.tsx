// The admin portal: a list of payments and a refund, with React hooks.
import type { Outputs } from '@tabsy/payments-client';
import { api, PaymentsProvider, useOperationKey } from '@tabsy/payments-client/react';

type Payment = Outputs['payments']['list']['items'][number];

export function AdminPayments({ url, token }: { url: string; token: () => string }) {
  return (
    <PaymentsProvider url={url} token={token}>
      <PaymentList />
    </PaymentsProvider>
  );
}

function PaymentList() {
  const page = api.payments.list.useQuery({ limit: 50 });
  const queries = api.useUtils();
  api.live.admin.useSubscription(undefined, {
    onData: ({ data }) => {
      // `live:ready` and `live:resync` too: what happened before they came is in no event.
      if (/^(payment:|live:)/.test(data.type)) void queries.payments.list.invalidate();
    },
  });
  if (page.isPending) return <p>Loading payments</p>;
  if (page.error) return <p>{page.error.message}</p>;
  return (
    <ul>
      {page.data.items.map((payment) => (
        <Line key={payment.id} payment={payment} />
      ))}
    </ul>
  );
}

function Line({ payment }: { payment: Payment }) {
  const operation = useOperationKey();
  const refund = api.refunds.create.useMutation({ onSuccess: operation.renew });
  return (
    <li>
      {payment.restaurantName} {payment.totalMinor} {payment.currency} {payment.status}
      <button
        type="button"
        disabled={refund.isPending}
        onClick={() =>
          refund.mutate({
            paymentId: payment.id,
            reason: 'Requested by the guest',
            idempotencyKey: operation.key,
          })
        }
      >
        Refund
      </button>
    </li>
  );
}
