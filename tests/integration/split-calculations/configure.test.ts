import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { liveEvent } from '@/services/live/events';
import { type Client, newKey, refusalOf, seedSession, startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { rows, syncOrder, syncSession } from '../payments/support';
import { refusedWith } from '../table-sessions/support';
import { changeOwn, getSplit, payShare, setSplit, sharesOf, splitEvents, splitTable } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

describe('a split of a table’s bill', () => {
  test('is null until a guest chooses one', async () => {
    const scene = await splitTable(app);
    expect(await scene.guest.splitCalculations.get.query(scene.on)).toBeNull();
    expect(await scene.guest.splitCalculations.lockStatus.query(scene.on)).toMatchObject({
      isLocked: false,
      canModify: true,
    });
  });

  test('is the same for every viewer: 3.34, 3.33, 3.33, the host first', async () => {
    const scene = await splitTable(app);
    const made = await setSplit(scene.mate, scene, { type: 'EQUAL' });
    expect(made).toMatchObject({
      type: 'EQUAL',
      currency: 'USD',
      baseMinor: 1000,
      isFrozen: false,
      isComplete: true,
      participants: scene.ids,
      updatedBy: scene.ids[1],
      shares: [
        { guestPublicId: scene.ids[0], shareMinor: 334, status: 'UNPAID' },
        { guestPublicId: scene.ids[1], shareMinor: 333, status: 'UNPAID' },
        { guestPublicId: scene.ids[2], shareMinor: 333, status: 'UNPAID' },
      ],
    });
    for (const viewer of [...scene.payers, scene.staff]) expect(await getSplit(viewer, scene)).toEqual(made);
  });

  test('holds no secret id of a guest, in answers and events', async () => {
    const scene = await splitTable(app);
    const made = await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const seen = JSON.stringify([made, await splitEvents(app, scene)]);
    for (const secret of scene.session.guests) expect(seen).not.toContain(secret);
  });

  test('follows the bill until somebody pays', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL', participants: [scene.ids[2], scene.ids[0]] });
    await syncOrder(scene, { subtotalMinor: 741, taxMinor: 60 });
    const split = await getSplit(scene.third, scene);
    expect(split).toMatchObject({ baseMinor: 1201, participants: [scene.ids[0], scene.ids[2]] });
    expect(sharesOf(split)).toEqual([601, 600]);
  });

  test('by items: tax follows the food, several share an item, what nobody took is everybody’s', async () => {
    const scene = await splitTable(app);
    const { orders } = await scene.guest.tableSessions.orders.query(scene.on);
    const items = orders.flatMap((order) => order.items.map((item) => item.id));
    const [first = '', second = '', third = ''] = items;
    const split = await setSplit(scene.guest, scene, {
      type: 'BY_ITEMS',
      items: [
        { itemId: first, guestPublicIds: [scene.ids[0]] },
        { itemId: second, guestPublicIds: [scene.ids[0], scene.ids[1]] },
      ],
    });
    expect(sharesOf(split).reduce((a, b) => a + b, 0)).toBe(1000);
    const merged = await changeOwn(scene.third, scene, {
      items: [{ itemId: third, guestPublicIds: [scene.ids[2]] }],
    });
    expect(merged.choices.items).toHaveLength(3);
    expect(merged.updatedBy).toBe(scene.ids[2]);
    const freed = await changeOwn(scene.third, scene, { items: [{ itemId: third, guestPublicIds: [] }] });
    expect(sharesOf(freed)).toEqual(sharesOf(split));
  });

  test('keeps what others chose when a guest changes their own', async () => {
    const scene = await splitTable(app);
    const [host, mate] = scene.ids;
    await setSplit(scene.guest, scene, {
      type: 'BY_PERCENTAGE',
      percentages: [
        { guestPublicId: host, sharePpm: 600_000 },
        { guestPublicId: mate, sharePpm: 300_000 },
      ],
    });
    expect((await getSplit(scene.guest, scene)).isComplete).toBe(false);
    const changed = await changeOwn(scene.mate, scene, { sharePpm: 400_000 });
    expect(sharesOf(changed)).toEqual([600, 400, 0]);
    expect(changed.isComplete).toBe(true);
    await setSplit(scene.third, scene, {
      type: 'BY_AMOUNT',
      amounts: [{ guestPublicId: host, amountMinor: 250 }],
    });
    expect(sharesOf(await changeOwn(scene.mate, scene, { amountMinor: 750 }))).toEqual([250, 750, 0]);
  });

  test('forgets a guest who has left', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await syncSession(scene, {
      guests: scene.session.guests
        .slice(0, 2)
        .map((guestSessionId, i) => ({ guestSessionId, isHost: i === 0, joinedAt: new Date() })),
    });
    const split = await setSplit(scene.guest, scene, { type: 'EQUAL', participants: [...scene.ids] });
    expect(sharesOf(split)).toEqual([500, 500]);
  });
});

describe('live events of a split', () => {
  test('say what changed, with times that rise even on a clock that stands still', async () => {
    const still = new Date();
    const frozen = await startTestApp({ app: { clock: { now: () => still } } });
    try {
      const scene = await splitTable(frozen);
      const made = await setSplit(scene.guest, scene, { type: 'EQUAL' });
      await setSplit(scene.mate, scene, { type: 'EQUAL' });
      await setSplit(scene.mate, scene, { type: 'BY_PERCENTAGE' });
      const last = await changeOwn(scene.mate, scene, { sharePpm: 500_000 });
      const events = await splitEvents(frozen, scene);
      for (const event of events) expect(() => liveEvent.parse(event)).not.toThrow();
      expect(events.map((e) => [e.type, e.isTypeChange, e.isValueUpdate, e.guestPublicId])).toEqual([
        ['split:calculation_updated', true, false, scene.ids[0]],
        ['split:calculation_updated', true, false, scene.ids[1]],
        ['split:calculation_updated', false, true, scene.ids[1]],
      ]);
      expect(events.map((event) => event.at)).toEqual([...new Set(events.map((event) => event.at))].sort());
      expect(events[0]?.at).toBe(made.stampedAt);
      expect(events.at(-1)?.at).toBe(last.stampedAt);
      expect(events.at(-1)?.calculation.shares).toEqual(last.shares);
    } finally {
      await frozen.stop();
    }
  });
});

describe('refused is', () => {
  test('a split of more than there is, and nothing of it is stored', async () => {
    const scene = await splitTable(app);
    const [host, mate] = scene.ids;
    const percentages = [
      { guestPublicId: host, sharePpm: 600_000 },
      { guestPublicId: mate, sharePpm: 400_101 },
    ];
    const above = await refusedWith(setSplit(scene.guest, scene, { type: 'BY_PERCENTAGE', percentages }));
    expect(above).toMatchObject({ code: 'BAD_REQUEST', appCode: 'SPLIT_PERCENTAGES_ABOVE_WHOLE' });
    const amounts = [{ guestPublicId: host, amountMinor: 1001 }];
    expect(await refusedWith(setSplit(scene.guest, scene, { type: 'BY_AMOUNT', amounts }))).toMatchObject({
      appCode: 'SPLIT_AMOUNTS_ABOVE_BALANCE',
      details: { excessMinor: 1, baseMinor: 1000 },
    });
    expect(await scene.guest.splitCalculations.get.query(scene.on)).toBeNull();
    const negative = [{ guestPublicId: host, amountMinor: -1 }];
    const below = setSplit(scene.guest, scene, { type: 'BY_AMOUNT', amounts: negative });
    expect((await refusalOf(below)).appCode).toBe('INVALID_INPUT');
  });

  test('somebody or something of another table', async () => {
    const scene = await splitTable(app);
    const other = await splitTable(app);
    const guest = setSplit(scene.guest, scene, { type: 'EQUAL', participants: [other.ids[0]] });
    expect(await refusedWith(guest)).toMatchObject({
      appCode: 'INVALID_INPUT',
      details: { field: 'participants' },
    });
    const item = setSplit(scene.guest, scene, {
      type: 'BY_ITEMS',
      items: [{ itemId: 'nowhere', guestPublicIds: [scene.ids[0]] }],
    });
    expect(await refusedWith(item)).toMatchObject({ appCode: 'INVALID_INPUT', details: { field: 'items' } });
  });

  test('another guest’s value, a value of another type, a change of what is not there', async () => {
    const scene = await splitTable(app);
    expect((await refusalOf(changeOwn(scene.guest, scene, { sharePpm: 1 }))).appCode).toBe('NOT_FOUND');
    await setSplit(scene.guest, scene, { type: 'BY_PERCENTAGE' });
    const ofMate = { guestPublicId: scene.ids[1], sharePpm: 1 };
    expect((await refusalOf(changeOwn(scene.guest, scene, ofMate))).code).toBe('FORBIDDEN');
    expect((await refusalOf(changeOwn(scene.guest, scene, { amountMinor: 1 }))).appCode).toBe(
      'INVALID_INPUT',
    );
  });

  test('a table without orders, a closed one, and who does not sit there', async () => {
    const scene = await splitTable(app);
    const empty = await seedSession(scene.service, scene.at);
    const alone = app.asGuest(empty.guests[0]);
    const nothing = setSplit(alone, { on: { tableSessionId: empty.sessionId } }, { type: 'EQUAL' });
    expect((await refusalOf(nothing)).appCode).toBe('NOTHING_DUE');
    expect((await refusalOf(setSplit(alone, scene, { type: 'EQUAL' }))).code).toBe('NOT_FOUND');
    expect((await refusalOf(setSplit(scene.staff, scene, { type: 'EQUAL' }))).code).toBe('FORBIDDEN');
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await syncSession(scene, { status: 'CLOSED' });
    const closed = await refusalOf(setSplit(scene.guest, scene, { type: 'BY_AMOUNT' }));
    expect(closed).toMatchObject({ code: 'PRECONDITION_FAILED', appCode: 'SESSION_CLOSED' });
    const lock = scene.guest.splitCalculations.lock.mutate({ ...scene.on, idempotencyKey: newKey() });
    expect((await refusalOf(lock)).appCode).toBe('SESSION_CLOSED');
    expect(await scene.guest.splitCalculations.lockStatus.query(scene.on)).toMatchObject({
      canModify: false,
    });
  });

  test('a key that came with another split; the same answers again without a second event', async () => {
    const scene = await splitTable(app);
    const set = { ...scene.on, type: 'EQUAL' as const, idempotencyKey: newKey() };
    const first = await scene.guest.splitCalculations.set.mutate(set);
    expect(await scene.guest.splitCalculations.set.mutate(set)).toEqual(first);
    expect(await splitEvents(app, scene)).toHaveLength(1);
    const other = scene.guest.splitCalculations.set.mutate({ ...set, type: 'BY_AMOUNT' });
    expect((await refusalOf(other)).appCode).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('the lock', () => {
  const lock = (client: Client, on: { tableSessionId: string }) =>
    client.splitCalculations.lock.mutate({ ...on, idempotencyKey: newKey() });

  test('keeps type and values, answers the same again, and tells the restaurant of another try', async () => {
    const scene = await splitTable(app);
    const [host, mate] = scene.ids;
    const values = [
      { guestPublicId: host, sharePpm: 600_000 },
      { guestPublicId: mate, sharePpm: 400_000 },
    ];
    const made = await setSplit(scene.guest, scene, { type: 'BY_PERCENTAGE', percentages: values });
    expect(await lock(scene.guest, scene.on)).toMatchObject({
      isLocked: true,
      lockedBy: host,
      lockReason: 'PAYMENT_CREATED',
      canModify: false,
    });
    expect(await lock(scene.mate, scene.on), 'whose it is').toMatchObject({ isLocked: true, lockedBy: host });
    const same = await setSplit(scene.mate, scene, { type: 'BY_PERCENTAGE', percentages: values });
    expect(same).toMatchObject({ shares: made.shares, updatedAt: made.updatedAt });
    for (const attempt of [
      () => setSplit(scene.mate, scene, { type: 'EQUAL' }),
      () =>
        setSplit(scene.mate, scene, {
          type: 'BY_PERCENTAGE',
          percentages: [{ guestPublicId: mate, sharePpm: 1 }],
        }),
      () => changeOwn(scene.mate, scene, { sharePpm: 1 }),
    ]) {
      const refused = await refusalOf(attempt());
      expect(refused).toMatchObject({ code: 'CONFLICT', appCode: 'SPLIT_LOCKED' });
      expect(refused.message).not.toMatch(/conflict|concurrent|locked|network|timeout/i);
    }
    const events = await splitEvents(app, scene);
    expect(events.map((event) => event.type)).toEqual([
      'split:calculation_updated',
      'split:calculation_locked',
      'split:conflict_detected',
      'split:conflict_detected',
      'split:conflict_detected',
    ]);
    const times = events.map((event) => event.at);
    expect(times).toEqual([...new Set(times)].sort());
  });

  test('is released by its owner only', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await lock(scene.guest, scene.on);
    const unlock = (client: typeof scene.guest) =>
      client.splitCalculations.unlock.mutate({ ...scene.on, idempotencyKey: newKey() });
    expect(await unlock(scene.mate)).toMatchObject({ isLocked: true, lockedBy: scene.ids[0] });
    expect(await unlock(scene.guest)).toMatchObject({ isLocked: false, canModify: true });
    expect((await splitEvents(app, scene)).at(-1)).toMatchObject({
      type: 'split:calculation_unlocked',
      guestPublicId: scene.ids[0],
      isLocked: false,
    });
  });

  test('stays while a payment of the round is open, and is recovered by who pays', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await lock(scene.guest, scene.on);
    const payment = await payShare(scene.guest, scene);
    const key = () => ({ ...scene.on, idempotencyKey: newKey() });
    expect(await scene.guest.splitCalculations.unlock.mutate(key())).toMatchObject({
      isLocked: true,
      lockedBy: scene.ids[0],
      paymentIds: [payment.id],
    });
    expect(await scene.guest.splitCalculations.recoverLock.mutate(key())).toMatchObject({
      recovered: true,
      cleaned: false,
      lock: { isLocked: true },
    });
    expect(await scene.mate.splitCalculations.recoverLock.mutate(key())).toMatchObject({
      recovered: false,
      cleaned: false,
    });
    await scene.guest.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    expect(await scene.guest.splitCalculations.lockStatus.query(scene.on)).toMatchObject({ isLocked: false });
  });

  test('without a payment is cleaned away when its owner comes back', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await lock(scene.guest, scene.on);
    const recovered = await scene.guest.splitCalculations.recoverLock.mutate({
      ...scene.on,
      idempotencyKey: newKey(),
    });
    expect(recovered).toMatchObject({ recovered: true, cleaned: true, lock: { isLocked: false } });
  });

  test('without a payment holds no longer than a payment would, and an admin clears it', async () => {
    let now = Date.now();
    const aged = await startTestApp({ app: { clock: { now: () => new Date(now) } } });
    try {
      const admin = await aged.asAdmin();
      const clean = () => admin.splitCalculations.cleanupStaleLocks.mutate({ idempotencyKey: newKey() });
      const scene = await splitTable(aged);
      await setSplit(scene.guest, scene, { type: 'EQUAL' });
      await lock(scene.guest, scene.on);
      expect(await clean()).toEqual({ totalFound: 0, cleanedCount: 0, results: [] });
      now += 15 * 60_000;
      expect(await scene.mate.splitCalculations.lockStatus.query(scene.on)).toMatchObject({
        isLocked: false,
      });
      expect(await clean()).toEqual({
        totalFound: 1,
        cleanedCount: 1,
        results: [{ tableSessionId: scene.session.sessionId, success: true }],
      });
      expect(await clean()).toMatchObject({ totalFound: 0 });
      expect((await splitEvents(aged, scene)).at(-1)).toMatchObject({
        type: 'split:calculation_unlocked',
        guestPublicId: null,
      });
      const staff = scene.staff.splitCalculations.cleanupStaleLocks.mutate({ idempotencyKey: newKey() });
      expect((await refusalOf(staff)).code).toBe('FORBIDDEN');
    } finally {
      await aged.stop();
    }
  });

  test('the audit log has the changes of the restaurant’s staff only', async () => {
    const scene = await splitTable(app);
    const split = await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await lock(scene.guest, scene.on);
    const opened = await scene.staff.splitCalculations.forceUnlock.mutate({
      tableSessionId: split.id,
      idempotencyKey: newKey(),
    });
    expect(opened).toMatchObject({ tableSessionId: scene.session.sessionId, isLocked: false });
    const audit = await rows<{ action: string; actor: string }>(
      app,
      'SELECT action, actor FROM audit_log WHERE subject_id = $1',
      [scene.session.sessionId],
    );
    expect(audit).toEqual([{ action: 'split.force_unlocked', actor: `user:${scene.at.staffId}` }]);
  });
});
