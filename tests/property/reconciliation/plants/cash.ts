import { found, justNow, type Plant } from './plant';

/** Drawers, cash and Z-reports. */
export const CASH_PLANTS: Record<string, Plant> = {
  'a drawer that is short': (world, n) => {
    const drawer = world.drawer(n, { from: 2, to: 3 });
    Object.assign(drawer, { counted_amount: n - 5, difference_amount: -5 });
    return [found('CASH', 'AMOUNT', 'DRAWER_SHORT', `drawer:${drawer.id}`, -5)];
  },
  'a drawer that is over': (world, n) => {
    const drawer = world.drawer(n, { from: 4, to: 5 });
    Object.assign(drawer, { counted_amount: n + 5, difference_amount: 5 });
    return [found('CASH', 'AMOUNT', 'DRAWER_OVER', `drawer:${drawer.id}`, 5)];
  },
  'a drawer that expected something else': (world, n) => {
    const drawer = world.drawer(n, { from: 6, to: 7 });
    Object.assign(drawer, { expected_amount: n + 2, difference_amount: -2 });
    return [found('CASH', 'REMAINDER', 'EXPECTATION_DIFFERS', `drawer:${drawer.id}`, 0)];
  },
  'cash that is in no drawer': (world, n) => {
    world.drawer(n, { from: -3, to: -2 });
    const { payment } = world.sound({
      totalMinor: n,
      provider: 'CASH',
      at: new Date(world.time.noon.getTime() - 2.5 * 3_600_000),
    });
    return [found('CASH', 'MISSING_THERE', 'CASH_OUTSIDE_DRAWER', `cash:${payment.id}`, -n)];
  },
  'cash that went into a drawer with another amount': (world, n) => {
    const drawer = world.drawer(50, { from: -5, to: -4 });
    const chain = world.sound({
      totalMinor: n,
      provider: 'CASH',
      at: new Date(world.time.noon.getTime() - 4.5 * 3_600_000),
    });
    const movement = world.putInto(drawer, chain);
    movement.amount = n - 3;
    Object.assign(drawer, { expected_amount: 50 + n - 3, counted_amount: 50 + n - 3 });
    return [found('CASH', 'AMOUNT', 'CASH_MOVEMENT_DIFFERS', `cash:${chain.payment.id}`, -3)];
  },
  // A restaurant has one open drawer at most: in one place it is of today, elsewhere of long ago.
  'a drawer that nobody counted': (world, n) => {
    // Open from after everything else on, so that nothing else is cash of its time.
    const drawer = world.drawer(n, { from: 11, to: null });
    if (world.currency !== 'JPY')
      return [found('CASH', 'STATUS', 'DRAWER_NOT_COUNTED', `drawer:${drawer.id}`, -n)];
    Object.assign(drawer, { opened_at: justNow(world), business_day: world.time.lastDay });
    return [found('CASH', 'EXPECTED', 'DRAWER_OPEN', `drawer:${drawer.id}`, -n)];
  },
  'a Z-report whose parts are out of date': (world, n) => {
    // Of a day that has nothing else.
    const at = new Date(world.time.noon.getTime() + 10 * 86_400_000);
    const { payment } = world.sound({ totalMinor: n, at });
    const { currency } = world;
    world.add('z_reports', {
      restaurant_id: world.restaurantId,
      number: 2,
      business_day: payment.business_day,
      figures: { currencies: [{ currency, netMinor: n, netTipsMinor: n }], receipts: null, drawers: [] },
      made_by: 'user:test',
      made_at: at,
    });
    const subject = `z-report:${world.restaurantId}:${payment.business_day}:${currency}`;
    return [found('CASH', 'AMOUNT', 'Z_REPORT_PARTS_DIFFER', subject, 0)];
  },
  'a Z-report that is out of date': (world, n) => {
    world.add('z_reports', {
      restaurant_id: world.restaurantId,
      number: 1,
      business_day: world.time.lastDay,
      figures: { currencies: [{ currency: world.currency, netMinor: n }], receipts: null, drawers: [] },
      made_by: 'user:test',
      made_at: world.time.noon,
    });
    return ['CASH AMOUNT Z_REPORT_DIFFERS * *'];
  },
};
