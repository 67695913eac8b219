import type { Env } from '@/env';
import type { Deps } from '@/services/context';
import type { DemoTable } from '@/ui/demo/demo-page';
import type { WatchedPlace } from '@/ui/demo/live-page';
import { demoTables, orderAtDemo } from './demo-tables';
import { signWatchToken, watchedPlaces } from './demo-watch';

/** What the pages of the demo need: its tables, orders at them, and tokens to watch its restaurants. */
export interface Demo {
  tables: readonly DemoTable[];
  order(guestSessionId: string): Promise<boolean>;
  places: readonly WatchedPlace[];
  watchToken(restaurantId: string): Promise<string | null>;
}

export function createDemo({ auth }: Env, deps: Deps): Demo {
  return {
    tables: demoTables(),
    order: (guest) => orderAtDemo(deps, guest),
    places: watchedPlaces(),
    watchToken: (restaurantId) => signWatchToken(auth, restaurantId),
  };
}
