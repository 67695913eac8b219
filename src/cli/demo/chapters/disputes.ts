import { randomUUID } from 'node:crypto';
import { confirmCard, money, whenPaid } from '../card';
import { withToken } from '../clients';
import { expectRefusal, expectSame, expectThat } from '../expect';
import type { Stage } from '../stage';
import { waitFor } from '../wait-for';
import type { Chapter } from './index';

/** Two guests' banks take the money back: one dispute is lost, one is answered and won, and the books still sum to zero. */
export const disputes: Chapter = {
  title: 'A lost and a won dispute, and the books of the restaurant',
  async tell(stage, story) {
    const { bella } = stage;
    const restaurantId = bella.place.id;
    const sam = withToken(stage.baseUrl, stage.tokens.staff);

    const disputed = (guestName: string) => async () => {
      const guest = stage.guestOf(bella, guestName);
      const { orderId } = await stage.order(bella, guest, { margherita: 1 });
      const client = stage.as(guest);
      const created = await client.payments.create.mutate({ orderId, idempotencyKey: randomUUID() });
      stage.notePayment(created.id);
      await confirmCard(stage, created, 'pm_card_createDispute');
      const paid = await whenPaid(client, created.id);
      // Opened and withdrawn: two events, in any order.
      const value = await waitFor(`the bank of ${guestName} disputes it`, async () => {
        const [dispute] = (await sam.disputes.list.query({ paymentId: paid.id })).items;
        return dispute?.funds[0] ? { ...dispute, funds: dispute.funds[0] } : null;
      });
      const of = (minor: number) => money(minor, value.currency);
      return {
        answered: `${of(value.funds.withdrawnMinor)} withdrawn and a fee of ${of(value.funds.feeMinor)}; evidence is due ${value.evidenceDueAt?.slice(0, 10)}`,
        value,
      };
    };

    const lost = await story.step(
      'Luca pays with 4000 0000 0000 0259, and his bank takes the money back',
      'payments.create, confirm; then disputes.list as staff Sam',
      disputed('Luca'),
    );

    await story.step(
      'While the bank decides, nothing is refunded: it would be paid twice',
      'refunds.create as staff Sam',
      async () => {
        const refusal = await expectRefusal(
          sam.refunds.create.mutate({
            paymentId: lost.paymentId,
            reason: 'Guest asked',
            idempotencyKey: randomUUID(),
          }),
          'DISPUTE_OPEN',
        );
        return { answered: `${refusal.httpStatus} ${refusal.appCode}: ${refusal.message}`, value: null };
      },
    );

    await story.step('The bank decides for Luca', 'at Stripe; then disputes.get', async () => {
      await resolve(stage, lost.id, 'lost');
      const value = await ended(sam, lost.id, 'lost');
      const { status } = await sam.payments.get.query({ paymentId: lost.paymentId });
      expectSame('the payment', status, 'COMPLETED');
      return { answered: 'lost: the money stays away, the payment stays COMPLETED', value };
    });

    const won = await story.step(
      'The same happens to Anna’s payment',
      'payments.create, confirm; then disputes.list as staff Sam',
      disputed('Anna'),
    );

    await story.step(
      'Sam answers the bank, once',
      'disputes.submitEvidence { texts } as staff Sam',
      async () => {
        const value = await sam.disputes.submitEvidence.mutate({
          disputeId: won.id,
          texts: { productDescription: 'A pizza, eaten here', refundPolicyDisclosure: 'On the menu' },
          idempotencyKey: randomUUID(),
        });
        expectSame('the dispute', value.status, 'under_review');
        return { answered: `${value.status}, ${value.submissionCount} submission`, value };
      },
    );

    await story.step('The bank decides for the restaurant', 'at Stripe; then disputes.get', async () => {
      await resolve(stage, won.id, 'won');
      const value = await ended(sam, won.id, 'won');
      const [funds] = value.funds;
      expectSame('what came back', funds?.reinstatedMinor, funds?.withdrawnMinor);
      return {
        answered: `won: ${money(funds?.reinstatedMinor ?? 0, value.currency)} came back, the fee did not`,
        value,
      };
    });

    await story.step('The trial balance', 'ledger.trialBalance { restaurantId } as the owner', async () => {
      const { books } = await stage.owner.ledger.trialBalance.query({ restaurantId });
      expectThat(
        books.every((book) => book.balanceMinor === 0),
        'every set of books to sum to zero',
      );
      const lines = books.flatMap((book) => [
        ...book.accounts.map(
          (line) => `${line.account.padEnd(20)} ${money(line.balanceMinor, book.currency).padStart(12)}`,
        ),
        `${'sum'.padEnd(20)} ${money(book.balanceMinor, book.currency).padStart(12)}`,
      ]);
      return { answered: lines.join('\n'), value: books };
    });
  },
};

/** The bank's word, as the simulator lets anyone say it. */
async function resolve(stage: Stage, dispute: string, outcome: 'won' | 'lost'): Promise<void> {
  const response = await fetch(`${stage.simulatorUrl}/_simulator/resolveDispute`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dispute, outcome }),
  });
  expectThat(response.ok, 'the simulator to resolve the dispute');
}

/** The dispute once its events have ended it; a won one with its money back. */
function ended(staff: Stage['admin'], disputeId: string, outcome: 'won' | 'lost') {
  return waitFor(`dispute ${disputeId} is ${outcome}`, async () => {
    const dispute = await staff.disputes.get.query({ disputeId });
    const isBack = outcome === 'lost' || (dispute.funds[0]?.reinstatedMinor ?? 0) > 0;
    return dispute.status === outcome && isBack ? dispute : null;
  });
}
