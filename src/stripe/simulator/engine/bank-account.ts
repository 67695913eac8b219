import type Stripe from 'stripe';
import { ACCOUNT_ID } from '../options';

/** The bank account that every payout goes to, whatever its currency. */
export const BANK_ACCOUNT: Stripe.BankAccount = {
  id: 'ba_1SimulatorTabsy00',
  object: 'bank_account',
  account: ACCOUNT_ID,
  account_holder_name: 'Tabsy',
  account_holder_type: 'company',
  account_type: null,
  available_payout_methods: ['standard'],
  bank_name: 'STRIPE TEST BANK',
  country: 'US',
  currency: 'usd',
  default_for_currency: true,
  fingerprint: 'simulatorbank00',
  last4: '6789',
  metadata: {},
  routing_number: '110000000',
  status: 'new',
};
