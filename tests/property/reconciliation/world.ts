import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { businessDayOf } from '@/domain/business-day';
import { insertTables, type Row } from './insert';
import type { ScenarioTime } from './time';

/** A payment by card or in cash with all that belongs to it, everything sound. Its rows may be changed before they are written. */
export interface Chain {
  order: Row;
  state: Row;
  payment: Row;
  allocation: Row;
  entry: Row;
  postings: [Row, Row];
  charge: Row | null;
}

const HOUR_MS = 3_600_000;

/** What is to be inserted, table by table. */
export class World {
  readonly restaurantId: string;
  readonly #tables = new Map<string, Row[]>();

  /** @param restaurantId one that another world has written; a new one without it */
  constructor(
    readonly time: ScenarioTime,
    restaurantId?: string,
  ) {
    this.restaurantId = restaurantId ?? `rest-${randomUUID()}`;
    if (restaurantId !== undefined) return;
    this.add('restaurants', {
      id: this.restaurantId,
      name: 'Planted',
      currency: this.currency,
      time_zone: time.place.timeZone,
      closing_hour: time.place.closingHour,
      version: 1,
    });
  }

  get currency(): string {
    return this.time.place.currency;
  }

  get otherCurrency(): string {
    return this.currency === 'EUR' ? 'USD' : 'EUR';
  }

  dayOf(at: Date): string {
    const { timeZone, closingHour } = this.time.place;
    return businessDayOf(at, timeZone, closingHour);
  }

  add(table: string, row: Row): Row {
    const rows = this.#tables.get(table) ?? [];
    this.#tables.set(table, rows);
    rows.push(row);
    return row;
  }

  remove(table: string, row: Row | null): void {
    const rows = this.#tables.get(table) ?? [];
    this.#tables.set(
      table,
      rows.filter((one) => one !== row),
    );
  }

  sound({
    totalMinor,
    feeMinor = 30,
    at = this.time.noon,
    provider = 'STRIPE',
  }: {
    totalMinor: number;
    feeMinor?: number;
    at?: Date;
    provider?: 'STRIPE' | 'CASH';
  }): Chain {
    const [id, orderId, entryId] = [randomUUID(), `order-${randomUUID()}`, randomUUID()];
    const day = this.dayOf(at);
    const isCard = provider === 'STRIPE';
    const order = this.add('orders', {
      id: orderId,
      restaurant_id: this.restaurantId,
      order_number: orderId.slice(-6),
      status: 'COMPLETED',
      currency: this.currency,
      subtotal_amount: totalMinor,
      placed_at: at,
      table_session_id: null,
      version: 1,
    });
    const state = this.add('order_payment_states', {
      order_id: orderId,
      restaurant_id: this.restaurantId,
      state: 'PAID',
      captured_amount: totalMinor,
      refunded_amount: 0,
    });
    const payment = this.add('payments', {
      id,
      order_id: orderId,
      restaurant_id: this.restaurantId,
      payer_key: `user:${id}`,
      amount: totalMinor,
      total_amount: totalMinor,
      refunded_amount: 0,
      currency: this.currency,
      method: isCard ? 'CARD' : 'CASH',
      provider,
      status: 'COMPLETED',
      payment_intent_id: isCard ? `pi_${id}` : null,
      fee_amount: isCard ? feeMinor : null,
      net_amount: isCard ? totalMinor - feeMinor : null,
      business_day: day,
      completed_at: at,
    });
    const allocation = this.add('payment_allocations', {
      payment_id: id,
      order_id: orderId,
      subtotal_amount: totalMinor,
      tax_amount: 0,
      tip_amount: 0,
      refunded_amount: 0,
    });
    const { entry, postings } = this.entry({
      id: entryId,
      factKey: `capture:${id}`,
      paymentId: id,
      day,
      at,
      account: isCard ? 'PROCESSOR_CLEARING' : 'CASH_DRAWER',
      against: 'SALES',
      amountMinor: totalMinor,
    });
    const charge = isCard
      ? this.movement({
          category: 'charge',
          grossMinor: totalMinor,
          feeMinor,
          at,
          paymentId: id,
          sourceId: `ch_${id}`,
          chargeId: `ch_${id}`,
          intentId: `pi_${id}`,
        })
      : null;
    return { order, state, payment, allocation, entry, postings, charge };
  }

  entry(of: {
    id?: string;
    factKey: string;
    paymentId: string | null;
    restaurantId?: string | null;
    day: string;
    at: Date;
    account: string;
    against: string;
    amountMinor: number;
  }): { entry: Row; postings: [Row, Row] } {
    const id = of.id ?? randomUUID();
    const entry = this.add('ledger_transactions', {
      id,
      fact_key: of.factKey,
      restaurant_id: of.restaurantId === undefined ? this.restaurantId : of.restaurantId,
      currency: this.currency,
      payment_id: of.paymentId,
      business_day: of.day,
      occurred_at: of.at,
    });
    const line = (number: number, account: string, amount: number) =>
      this.add('ledger_postings', { transaction_id: id, line: number, account, amount });
    return { entry, postings: [line(1, of.account, of.amountMinor), line(2, of.against, -of.amountMinor)] };
  }

  /** A balance transaction; without a payment it belongs to nobody. */
  movement(of: {
    category: string;
    grossMinor: number;
    feeMinor?: number;
    at?: Date;
    paymentId?: string | null;
    sourceId?: string;
    chargeId?: string;
    intentId?: string;
    payoutId?: string;
    isPosted?: boolean;
    currency?: string;
  }): Row {
    const at = of.at ?? this.time.noon;
    const paymentId = of.paymentId ?? null;
    return this.add('processor_transactions', {
      id: `txn_${randomUUID()}`,
      type: of.category,
      reporting_category: of.category,
      source_id: of.sourceId ?? null,
      charge_id: of.chargeId ?? null,
      intent_id: of.intentId ?? null,
      gross_amount: of.grossMinor,
      fee_amount: of.feeMinor ?? 0,
      net_amount: of.grossMinor - (of.feeMinor ?? 0),
      currency: of.currency ?? this.currency,
      available_on: at,
      occurred_at: at,
      payout_id: of.payoutId ?? null,
      payment_id: paymentId,
      restaurant_id: paymentId === null ? null : this.restaurantId,
      posted_at: of.isPosted === false ? null : at,
    });
  }

  /** A charge of another intent of the payment, and what was given back of it at the processor. */
  extraCharge({ payment }: Chain, amountMinor: number, givenBackMinor: number): { charge: Row; back: Row } {
    const id = randomUUID();
    const of = { paymentId: String(payment.id), chargeId: `ch_${id}`, intentId: `pi_${id}` };
    return {
      charge: this.movement({ ...of, category: 'charge', grossMinor: amountMinor, sourceId: of.chargeId }),
      back: this.movement({ ...of, category: 'refund', grossMinor: -givenBackMinor, sourceId: `re_${id}` }),
    };
  }

  /** The same as a receipt that fits no payment, on the work list and in the ledger, whole there. @returns its intent */
  receipt(chain: Chain, amountMinor: number, givenBackMinor: number): { intentId: string; back: Row } {
    const { charge, back } = this.extraCharge(chain, amountMinor, givenBackMinor);
    const [intentId, paymentId] = [String(charge.intent_id), String(chain.payment.id)];
    this.add('discrepancies', {
      id: randomUUID(),
      fact_key: `unmatched:${intentId}`,
      restaurant_id: this.restaurantId,
      type: 'DUPLICATE_PAYMENT',
      reason: 'ANOTHER_INTENT',
      severity: 'CRITICAL',
      payment_id: paymentId,
      currency: this.currency,
      expected_amount: 0,
      actual_amount: amountMinor,
      description: 'Planted',
      state: 'OPEN',
      created_at: this.time.noon,
      updated_at: this.time.noon,
    });
    this.receiptEntry(`unmatched:${intentId}`, paymentId, amountMinor);
    return { intentId, back };
  }

  /** A fact about a receipt in the ledger: what came is positive. */
  receiptEntry(factKey: string, paymentId: string, amountMinor: number): void {
    this.entry({
      factKey,
      paymentId,
      day: this.time.day,
      at: this.time.noon,
      account: 'PROCESSOR_CLEARING',
      against: 'UNMATCHED_RECEIPTS',
      amountMinor,
    });
  }

  refund(chain: Chain, amountMinor: number, status = 'COMPLETED'): { refund: Row; movement: Row } {
    const id = randomUUID();
    const { payment, state, allocation } = chain;
    const refund = this.add('payment_refunds', {
      id,
      payment_id: payment.id,
      restaurant_id: this.restaurantId,
      refund_amount: amountMinor,
      reason: 'Planted',
      refund_id: `re_${id}`,
      status,
      processed_at: this.time.noon,
      created_at: this.time.noon,
    });
    const movement = this.movement({
      category: 'refund',
      grossMinor: -amountMinor,
      paymentId: String(payment.id),
      sourceId: `re_${id}`,
    });
    if (status === 'COMPLETED') {
      payment.status = 'PARTIALLY_REFUNDED';
      payment.refunded_amount = amountMinor;
      state.refunded_amount = amountMinor;
      allocation.refunded_amount = amountMinor;
      this.entry({
        factKey: `refund:${id}`,
        paymentId: String(payment.id),
        day: this.time.day,
        at: this.time.noon,
        account: 'PROCESSOR_CLEARING',
        against: 'REFUNDS',
        amountMinor: -amountMinor,
      });
    }
    return { refund, movement };
  }

  dispute(chain: Chain, amountMinor: number): { dispute: Row; movement: Row } {
    const id = `dp_${randomUUID()}`;
    const dispute = this.add('disputes', {
      id,
      payment_id: chain.payment.id,
      restaurant_id: this.restaurantId,
      amount: amountMinor,
      currency: this.currency,
      status: 'needs_response',
      reason: 'fraudulent',
      has_evidence: false,
      submission_count: 0,
      opened_at: this.time.noon,
      updated_at: this.time.noon,
      fact_at: 1,
      fact_rank: 1,
    });
    const movement = this.movement({
      category: 'dispute',
      grossMinor: -amountMinor,
      feeMinor: 1500,
      paymentId: String(chain.payment.id),
      sourceId: id,
    });
    return { dispute, movement };
  }

  /** A payout of one sound payment, posted and seen at the bank. */
  payout(chain: Chain): { payout: Row; share: Row; line: Row } {
    const id = `po_${randomUUID()}`;
    const netMinor = Number(chain.charge?.net_amount ?? 0);
    if (chain.charge) chain.charge.payout_id = id;
    const payout = this.add('payouts', {
      id,
      amount: netMinor,
      currency: this.currency,
      status: 'paid',
      is_automatic: true,
      reconciliation_status: 'completed',
      trace_id: `trace-${id}`,
      arrival_at: this.time.noon,
      occurred_at: this.time.noon,
      lines_state: 'KEPT',
      posted_at: this.time.noon,
      reversed_at: null,
    });
    this.movement({ category: 'payout', grossMinor: -netMinor, sourceId: id });
    const share = this.add('payout_shares', {
      payout_id: id,
      line: 1,
      kind: 'RESTAURANT',
      restaurant_id: this.restaurantId,
      amount: netMinor,
    });
    return { payout, share, line: this.bankLine(netMinor, `STRIPE trace-${id}`) };
  }

  bankLine(amountMinor: number, description: string, currency = this.currency): Row {
    const imports = this.#tables.get('bank_imports') ?? [];
    const bank =
      imports.find((one) => one.currency === currency) ??
      this.add('bank_imports', {
        id: randomUUID(),
        account: 'main',
        file_hash: randomUUID(),
        currency,
        first_day: this.time.day,
        last_day: this.time.lastDay,
        line_count: 1,
        new_count: 1,
        imported_by: 'test',
      });
    const id = randomUUID();
    return this.add('bank_lines', {
      id,
      account: bank.account,
      booked_on: this.time.day,
      amount: amountMinor,
      currency,
      description,
      digest: id,
      occurrence: 1,
    });
  }

  /** A drawer that was open from one hour before noon to one after, with a float. */
  drawer(floatMinor: number, hours: { from: number; to: number | null }): Row {
    const { noon } = this.time;
    const at = (offset: number) => new Date(noon.getTime() + offset * HOUR_MS);
    const isClosed = hours.to !== null;
    return this.add('drawer_sessions', {
      id: randomUUID(),
      restaurant_id: this.restaurantId,
      currency: this.currency,
      business_day: this.time.day,
      float_amount: floatMinor,
      opened_at: at(hours.from),
      opened_by: 'user:test',
      closed_at: isClosed ? at(hours.to ?? 0) : null,
      closed_by: isClosed ? 'user:test' : null,
      expected_amount: isClosed ? floatMinor : null,
      counted_amount: isClosed ? floatMinor : null,
      difference_amount: isClosed ? 0 : null,
    });
  }

  /** The movement of a cash payment, and what it makes of the drawer. */
  putInto(drawer: Row, chain: Chain): Row {
    const amount = Number(chain.payment.total_amount);
    drawer.expected_amount = Number(drawer.expected_amount) + amount;
    drawer.counted_amount = Number(drawer.counted_amount) + amount;
    return this.add('drawer_movements', {
      id: randomUUID(),
      drawer_session_id: drawer.id,
      kind: 'CASH_PAYMENT',
      amount,
      payment_id: chain.payment.id,
      moved_by: 'user:test',
      moved_at: chain.payment.completed_at,
    });
  }

  write(pool: Pool): Promise<void> {
    return insertTables(pool, this.#tables);
  }
}
