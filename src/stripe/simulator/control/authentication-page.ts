import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../errors';
import { html } from './html';
import type { SimulatorControl } from './types';

type Page = (request: IncomingMessage, response: ServerResponse, id: string, body: string) => true;

const TITLE = 'Simulated 3D Secure';

/**
 * The bank's page of a simulated 3D Secure: GET shows two buttons, POST `outcome=succeed|fail` decides and
 * sends the payer to the intent's `return_url`, as Stripe does, or shows the result.
 */
export function authenticationPage(control: SimulatorControl): Page {
  return (request, response, id, body) => {
    if (!/^(pi|seti)_[A-Za-z0-9]+$/.test(id)) return html(response, 404, TITLE, '<p>No such payment.</p>');
    if (request.method !== 'POST') {
      return html(
        response,
        200,
        TITLE,
        `<h1>Simulated 3D Secure</h1><p>Payment ${id}</p><form method="post">
        <button name="outcome" value="succeed">Complete authentication</button>
        <button name="outcome" value="fail">Fail authentication</button></form>`,
      );
    }
    try {
      const { paymentIntents, setupIntents } = control.state();
      const pending = [...paymentIntents, ...setupIntents].find((intent) => intent.id === id);
      const returnUrl = pending?.next_action?.redirect_to_url?.return_url ?? null;
      const outcome = new URLSearchParams(body).get('outcome') === 'succeed' ? 'succeed' : 'fail';
      const intent = id.startsWith('pi_')
        ? control.completeAuthentication({ paymentIntent: id, outcome })
        : control.completeSetupAuthentication({ setupIntent: id, outcome });
      if (returnUrl === null)
        return html(response, 200, TITLE, `<p>Authentication finished: ${intent.status}.</p>`);
      const target = new URL(returnUrl);
      target.searchParams.set(intent.object, id);
      target.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '');
      target.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed');
      response.writeHead(303, { location: target.href }).end();
      return true;
    } catch (error) {
      const known = error instanceof ApiError;
      return html(
        response,
        known ? error.status : 500,
        TITLE,
        '<p>This payment does not wait for authentication.</p>',
      );
    }
  };
}
