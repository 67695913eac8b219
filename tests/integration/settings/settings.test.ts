import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '@/services/restaurant-settings/read';
import {
  type Client,
  newKey,
  refusalOf,
  type SeededRestaurant,
  seedRestaurant,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { rows } from '../payments/support';

let app: TestApp;
let at: SeededRestaurant;
let owner: Client;
let staff: Client;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function newPlace() {
  at = await seedRestaurant(await app.asService());
  owner = await app.asOwner(at.ownerId);
  staff = await app.asStaff(at.staffId);
}
beforeAll(newPlace);

type Change = Omit<Parameters<Client['settings']['change']['mutate']>[0], 'restaurantId' | 'idempotencyKey'>;
const change = (client: Client, wanted: Change, idempotencyKey = newKey()) =>
  client.settings.change.mutate({ restaurantId: at.restaurantId, ...wanted, idempotencyKey });
const get = (client: Client) => client.settings.get.query({ restaurantId: at.restaurantId });
const audits = () =>
  rows<{ actor: string; details: unknown }>(
    app,
    `SELECT actor, details FROM audit_log WHERE action = 'settings.changed' AND subject_id = $1 ORDER BY created_at, id`,
    [at.restaurantId],
  );

describe('what a restaurant has set', () => {
  test('is the defaults until it sets anything', async () => {
    await newPlace();
    expect(await get(staff)).toEqual({ ...DEFAULT_SETTINGS, version: 0, updatedAt: null });
  });

  test('changes by what is named, null takes a limit away, and the audit says who changed what', async () => {
    await newPlace();
    const first = await change(owner, { staffRefundLimitMinor: 5000, tipPoolRule: 'BY_HOURS' });
    expect(first).toMatchObject({ staffRefundLimitMinor: 5000, tipPoolRule: 'BY_HOURS', version: 1 });
    const second = await change(await app.asAdmin(), {
      staffRefundLimitMinor: null,
      guestNotificationsEnabled: false,
    });
    expect(second).toMatchObject({
      ...DEFAULT_SETTINGS,
      guestNotificationsEnabled: false,
      tipPoolRule: 'BY_HOURS',
      version: 2,
    });
    expect(await get(owner)).toEqual(second);
    expect(await audits()).toEqual([
      {
        actor: `user:${at.ownerId}`,
        details: {
          staffRefundLimitMinor: { from: null, to: 5000 },
          tipPoolRule: { from: 'NONE', to: 'BY_HOURS' },
        },
      },
      {
        actor: 'user:admin-1',
        details: {
          staffRefundLimitMinor: { from: 5000, to: null },
          guestNotificationsEnabled: { from: true, to: false },
        },
      },
    ]);
  });

  test('changes once per key, and not at all when nothing is new', async () => {
    await newPlace();
    const key = newKey();
    await change(owner, { ownerRefundWindowDays: 3 }, key);
    await change(owner, { ownerRefundWindowDays: 4 });
    expect(await change(owner, { ownerRefundWindowDays: 3 }, key)).toMatchObject({
      ownerRefundWindowDays: 4,
      version: 2,
    });
    await change(owner, { ownerRefundWindowDays: 4 });
    expect(await audits()).toHaveLength(2);
    expect(await refusalOf(change(owner, { ownerRefundWindowDays: 5 }, key))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('loses nothing when two people change different things at once, also the first time', async () => {
    await newPlace();
    await Promise.all([
      change(owner, { splitRemindersEnabled: false }),
      change(owner, { staffRefundWindowDays: 1 }),
      change(owner, { staffRefundLimitMinor: 100 }),
    ]);
    expect(await get(owner)).toMatchObject({
      splitRemindersEnabled: false,
      staffRefundWindowDays: 1,
      staffRefundLimitMinor: 100,
      version: 3,
    });
  });

  test('is refused to staff, to other restaurants, of no restaurant, and for figures that make no sense', async () => {
    await newPlace();
    const elsewhere = await seedRestaurant(await app.asService());
    const wanted = { splitRemindersEnabled: false };
    expect(await refusalOf(change(staff, wanted))).toMatchObject({ code: 'FORBIDDEN' });
    const stranger = await app.asOwner(elsewhere.ownerId);
    expect(await refusalOf(change(stranger, wanted))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(get(stranger))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(change(app.anonymous(), wanted))).toMatchObject({ code: 'UNAUTHORIZED' });
    const admin = await app.asAdmin();
    const nowhere = { restaurantId: 'rest-none', idempotencyKey: newKey() };
    expect(await refusalOf(admin.settings.change.mutate(nowhere))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(admin.settings.get.query(nowhere))).toMatchObject({ code: 'NOT_FOUND' });
    for (const wrong of [
      { staffRefundWindowDays: -1 },
      { staffRefundLimitMinor: 0.5 },
      { alertFailureRatePercent: 0 },
      { alertRefundRatePercent: 101 },
      { alertPendingMinutes: 0 },
    ]) {
      expect(await refusalOf(change(owner, wrong))).toMatchObject({ appCode: 'INVALID_INPUT' });
    }
    expect(await get(owner)).toMatchObject({ version: 0 });
  });
});
