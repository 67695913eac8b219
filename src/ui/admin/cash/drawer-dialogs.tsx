'use client';

import { useState } from 'react';
import { Facts } from '@/ui/kit/facts';
import { Field, TextArea } from '@/ui/kit/field';
import { ActionDialog } from '../action-dialog';
import { AmountField } from '../amount-field';
import { api } from '../api';
import { money, parseMoney } from '../format';
import { useDraft } from '../use-draft';
import type { ViewerRestaurant } from '../viewer';
import { Difference, type Drawer } from './drawer-facts';

const NOTHING = { typed: '', reason: '' };

interface Dialog {
  restaurant: ViewerRestaurant;
  onClose(): void;
  onDone(): void;
}

/** Starts a drawer with its float. */
export function OpenDrawer({ restaurant, onClose, onDone }: Dialog) {
  // Each dialog asks anew: the server opens one drawer at a time, and an earlier one may be closed again.
  const [operation] = useState(() => `drawer-open.${restaurant.id}.${Date.now()}`);
  const [typed, setTyped] = useState('');
  const floatMinor = parseMoney(typed, restaurant.currency);
  return (
    <ActionDialog
      title="Open the drawer"
      description="The float comes from the safe. Cash that staff take from now on lies in this drawer."
      operation={operation}
      submitLabel="Open"
      inputOf={() => (floatMinor === null ? null : { restaurantId: restaurant.id, floatMinor })}
      mutation={api.cash.drawer.open.useMutation()}
      success="The drawer is open."
      onClose={onClose}
      onDone={onDone}
    >
      <AmountField label="Float" currency={restaurant.currency} value={typed} onChange={setTyped} />
    </ActionDialog>
  );
}

/** Change fetched, a supplier paid: cash beside payments, with its reason. */
export function MoveCash({
  restaurant,
  drawerId,
  direction,
  onClose,
  onDone,
}: Dialog & { drawerId: string; direction: 'IN' | 'OUT' }) {
  const operation = `drawer-move.${drawerId}.${direction}`;
  const { draft, change, ...kept } = useDraft(operation, NOTHING);
  const amountMinor = parseMoney(draft.typed, restaurant.currency);
  const title = direction === 'IN' ? 'Put cash in' : 'Take cash out';
  return (
    <ActionDialog
      title={title}
      operation={operation}
      submitLabel={title}
      inputOf={() =>
        amountMinor === null || amountMinor < 1
          ? null
          : {
              restaurantId: restaurant.id,
              direction,
              amountMinor,
              reason: draft.reason.trim(),
            }
      }
      mutation={api.cash.drawer.move.useMutation()}
      success={direction === 'IN' ? 'The cash is in the drawer.' : 'The cash is out of the drawer.'}
      draft={kept}
      onClose={onClose}
      onDone={onDone}
    >
      <AmountField
        label="Amount"
        currency={restaurant.currency}
        value={draft.typed}
        onChange={(typed) => change({ typed })}
        minMinor={1}
      />
      <Field label="Why">
        {(control) => (
          <TextArea
            {...control}
            maxLength={500}
            value={draft.reason}
            onChange={(event) => change({ reason: event.target.value })}
            placeholder={direction === 'IN' ? 'Change from the bank' : 'Paid the flower shop'}
            required
          />
        )}
      </Field>
    </ActionDialog>
  );
}

/** What was counted, against what should lie there: the difference is booked and the drawer is closed. */
export function CloseDrawer({ restaurant, drawer, onClose, onDone }: Dialog & { drawer: Drawer }) {
  const [typed, setTyped] = useState('');
  const countedMinor = parseMoney(typed, drawer.currency);
  const amount = (minor: number) => money(minor, drawer.currency, restaurant.locale);
  return (
    <ActionDialog
      title="Count and close"
      description="Count everything that lies in the drawer, float included. It goes to the safe."
      operation={`drawer-close.${drawer.id}`}
      submitLabel="Close the drawer"
      look="danger"
      inputOf={() => (countedMinor === null ? null : { restaurantId: restaurant.id, countedMinor })}
      mutation={api.cash.drawer.close.useMutation()}
      success="The drawer is closed."
      onClose={onClose}
      onDone={onDone}
    >
      <AmountField label="Counted" currency={drawer.currency} value={typed} onChange={setTyped} />
      <div aria-live="polite">
        <Facts
          rows={[
            ['Expected', amount(drawer.expectedMinor)],
            [
              'Difference',
              <Difference
                key="difference"
                minor={countedMinor === null ? null : countedMinor - drawer.expectedMinor}
                amount={amount}
              />,
            ],
          ]}
        />
      </div>
    </ActionDialog>
  );
}
