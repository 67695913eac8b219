import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactForDisplay, redactPersonal } from './redact';

describe('an object of the processor without the person', () => {
  it('keeps ids, amounts and states, and nothing that names anybody', () => {
    const charge = {
      id: 'ch_1',
      amount: 1200,
      status: 'succeeded',
      billing_details: { name: 'Ada', email: 'ada@example.com', address: { line1: 'Street 1' } },
      payment_method_details: { card: { brand: 'visa', last4: '4242' } },
      metadata: { paymentId: 'p1' },
      refunds: [{ id: 're_1', receipt_email: 'ada@example.com' }],
    };
    expect(redactPersonal(charge)).toEqual({
      id: 'ch_1',
      amount: 1200,
      status: 'succeeded',
      billing_details: null,
      payment_method_details: { card: { brand: 'visa', last4: null } },
      metadata: { paymentId: 'p1' },
      refunds: [{ id: 're_1', receipt_email: null }],
    });
  });

  it.each(
    `address address_zip_check billing_details customer_details customer_email customer_email_address
    customer_name customer_purchase_ip customer_signature description email evidence exp_month exp_year
    fingerprint ip_address individual_name last4 name number owner phone receipt_email receipt_url shipping
    user_agent verified_address verified_email verified_name`.split(/\s+/),
  )('has no %s', (field) => {
    expect(redactPersonal({ [field]: 'x', id: 1 })).toEqual({ [field]: null, id: 1 });
    expect(redactForDisplay([{ [field]: 'x' }])).toEqual([{ [field]: null }]);
  });

  it('is the same when done twice, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = redactPersonal(value);
        expect(redactPersonal(once)).toEqual(once);
      }),
    );
  });

  it('leaves a name nowhere, however deep it stands', () => {
    const nested = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constant({ email: 'NEEDLE', id: 'x' }),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('card', 'object', 'data', 'shipping'), tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(nested, (value) => {
        expect(JSON.stringify(redactPersonal(value))).not.toContain('NEEDLE');
      }),
    );
  });
});

describe('an object of the processor as people may read it', () => {
  it.each(['client_secret', 'secret', 'ephemeral_key_secret'])(
    'has no %s; to replay it, it is kept',
    (field) => {
      expect(redactForDisplay({ [field]: 'x' })).toEqual({ [field]: null });
      expect(redactPersonal({ [field]: 'x' })).toEqual({ [field]: 'x' });
    },
  );

  it('names nobody and opens nothing', () => {
    const intent = {
      id: 'pi_1',
      client_secret: 'pi_1_secret_x',
      amount: 1200,
      receipt_email: 'ada@example.com',
    };
    expect(redactForDisplay({ data: { object: intent } })).toEqual({
      data: { object: { id: 'pi_1', client_secret: null, amount: 1200, receipt_email: null } },
    });
  });
});
