'use client';

import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { PageHeader } from '@/ui/kit/panel';
import { Tabs } from '@/ui/kit/tabs';
import { api } from '../api';
import { zoneName } from '../format';
import { OfRestaurant } from '../of-restaurant';
import { useLive } from '../use-live';
import { useRefresh } from '../use-refresh';
import type { ViewerRestaurant } from '../viewer';
import { DrawerNow } from './drawer-now';
import { DrawersTable } from './drawers-table';
import { ZReportsTable } from './z-reports-table';

const SHOWN = ['now', 'drawers', 'z-reports'] as const;

/** The cash drawer from float to count, those before it, and the reports of business days. */
export function CashPage() {
  return (
    <>
      <PageHeader title="Cash">
        Cash that staff take lies in the open drawer; the count at the end shows what is missing or too much.
      </PageHeader>
      <OfRestaurant what="A drawer belongs">{(restaurant) => <Cash restaurant={restaurant} />}</OfRestaurant>
    </>
  );
}

function Cash({ restaurant }: { restaurant: ViewerRestaurant }) {
  const [shown, setShown] = useQueryState('show', parseAsStringLiteral(SHOWN).withDefault('now'));
  const utils = api.useUtils();
  const refresh = useRefresh(() => utils.cash.drawer.invalidate());
  useLive((event) => {
    // Cash payments and cash refunds move what should lie in the drawer.
    if (event.type === 'payment:completed' || event.type === 'payment:refunded') refresh();
  }, refresh);
  return (
    <>
      <Tabs
        label="Cash"
        shown={shown}
        onShow={(next) => void setShown(next)}
        tabs={[
          { id: 'now', label: 'Drawer', content: <DrawerNow restaurant={restaurant} onDone={refresh} /> },
          { id: 'drawers', label: 'All drawers', content: <DrawersTable restaurant={restaurant} /> },
          {
            id: 'z-reports',
            label: 'Z-reports',
            content: <ZReportsTable restaurant={restaurant} onDone={refresh} />,
          },
        ]}
      />
      <p className="mt-4 text-xs text-muted">
        Times are those of {restaurant.timeZone} ({zoneName(restaurant.timeZone)}).
      </p>
    </>
  );
}
