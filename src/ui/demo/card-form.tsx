'use client';

import { loadStripe } from '@stripe/stripe-js/pure';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/ui/kit/button';

export interface CardFormProps {
  clientSecret: string;
  publishableKey: string;
  /** Null: real keys, and Stripe's own form. */
  simulatorUrl: string | null;
  /** Null: the card was taken; the webhook tells the rest. */
  onResult(problem: string | null): void;
}

/** Where a card is entered: Stripe's element with real keys, a plainly labelled choice of test cards with the simulator. */
export function CardForm(props: CardFormProps) {
  return props.simulatorUrl === null ? (
    <StripeCard {...props} />
  ) : (
    <TestCards {...props} simulatorUrl={props.simulatorUrl} />
  );
}

const TEST_CARDS = [
  { name: 'Visa, works', token: 'pm_card_visa' },
  { name: 'Visa debit, works', token: 'pm_card_visa_debit' },
  { name: 'Mastercard, works', token: 'pm_card_mastercard' },
  { name: 'Declined', token: 'pm_card_visa_chargeDeclined' },
  { name: 'Insufficient funds', token: 'pm_card_visa_chargeDeclinedInsufficientFunds' },
] as const;

function TestCards({
  clientSecret,
  publishableKey,
  simulatorUrl,
  onResult,
}: CardFormProps & { simulatorUrl: string }) {
  const [busy, setBusy] = useState<string | null>(null);
  async function confirm(token: string) {
    setBusy(token);
    const [intentId] = clientSecret.split('_secret_');
    try {
      const response = await fetch(`${simulatorUrl}/v1/payment_intents/${intentId}/confirm`, {
        method: 'POST',
        body: new URLSearchParams({
          key: publishableKey,
          client_secret: clientSecret,
          payment_method: token,
        }),
      });
      const body: { error?: { message: string } } = await response.json();
      onResult(response.ok ? null : (body.error?.message ?? 'The card was not taken.'));
    } catch {
      onResult('The simulator cannot be reached.');
    }
    setBusy(null);
  }
  return (
    <div className="grid gap-2 rounded-xl border border-dashed border-warning p-3">
      <p className="text-xs font-medium text-warning">Test cards, no real money</p>
      {TEST_CARDS.map(({ name, token }) => (
        <Button
          key={token}
          isBusy={busy === token}
          disabled={busy !== null}
          onClick={() => void confirm(token)}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}

function StripeCard({ clientSecret, publishableKey, onResult }: CardFormProps) {
  const place = useRef<HTMLDivElement>(null);
  const pay = useRef<(() => Promise<string | null>) | null>(null);
  const [isReady, setReady] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    let isGone = false;
    void loadStripe(publishableKey).then((stripe) => {
      if (isGone || stripe === null || place.current === null) return;
      const card = stripe.elements().create('card');
      card.mount(place.current);
      pay.current = async () => {
        const { error } = await stripe.confirmCardPayment(clientSecret, { payment_method: { card } });
        return error ? (error.message ?? 'The card was not taken.') : null;
      };
      setReady(true);
    });
    return () => {
      isGone = true;
    };
  }, [clientSecret, publishableKey]);
  return (
    <div className="grid gap-3">
      <div ref={place} className="rounded-lg border border-line bg-surface p-3" />
      <Button
        look="primary"
        disabled={!isReady}
        isBusy={isBusy}
        onClick={() => {
          setBusy(true);
          void pay.current?.().then((problem) => {
            setBusy(false);
            onResult(problem);
          });
        }}
      >
        Pay
      </Button>
    </div>
  );
}
