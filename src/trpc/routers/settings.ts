import * as settings from '@/services/restaurant-settings';
import { changeSettingsInput, getSettingsInput } from '@/services/restaurant-settings/schemas';
import { inputOf, procedure, router } from '../trpc';

/** What a restaurant decides for itself: refund windows and limits, reminders, notifications, tip pool. */
export const settingsRouter = router({
  /** The restaurant's settings; defaults where it never set any. For its people and admins. */
  get: procedure
    .meta({ action: 'settings.read' })
    .input(inputOf(getSettingsInput))
    .query(({ ctx, input }) => settings.getSettings(ctx.service, input)),

  /** Changes the named settings, leaves the others. For the owner and admins. */
  change: procedure
    .meta({ action: 'settings.change' })
    .input(inputOf(changeSettingsInput))
    .mutation(({ ctx, input }) => settings.changeSettings(ctx.service, input)),
});
