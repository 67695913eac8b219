import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactPersonal } from './redact';

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
