import type { ServerResponse } from 'node:http';
import { html } from './html';
import type { SimulatorControl } from './types';

/** The page behind a charge's `receipt_url`; amounts in minor units. */
export function receiptPage(control: SimulatorControl, response: ServerResponse, id: string): true {
  const charge = control.state().charges.find((candidate) => candidate.id === id);
  if (charge === undefined) return html(response, 404, 'Receipt', '<p>No such receipt.</p>');
  const { amount_captured: captured, amount_refunded: refunded, currency } = charge;
  const lines = `<p>Paid: ${captured} ${currency} (minor units)</p><p>Refunded: ${refunded} ${currency}</p>`;
  return html(response, 200, 'Receipt', `<h1>Simulated Stripe receipt</h1><p>${charge.id}</p>${lines}`);
}
