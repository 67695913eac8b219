'use client';

import { Badge } from '@/ui/kit/badge';
import { Facts } from '@/ui/kit/facts';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dateTime, money, zoneName } from '../format';
import { OfRestaurant } from '../of-restaurant';
import { useTeam } from '../use-team';
import { useViewer, type ViewerRestaurant } from '../viewer';
import type { Settings } from './draft';
import { SettingsForm } from './settings-form';
import { POOL_RULES } from './texts';

/** What a restaurant decides for itself; owners change it, staff read it. */
export function SettingsPage() {
  return (
    <>
      <PageHeader title="Settings">Every change is kept in the audit log.</PageHeader>
      <OfRestaurant what="Settings belong">
        {(restaurant) => (
          <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:items-start">
            <Rules restaurant={restaurant} />
            <div className="grid gap-4">
              <Team restaurantId={restaurant.id} />
              <FromPlatform restaurant={restaurant} />
            </div>
          </div>
        )}
      </OfRestaurant>
    </>
  );
}

function Rules({ restaurant }: { restaurant: ViewerRestaurant }) {
  const { role } = useViewer();
  const settings = api.settings.get.useQuery({ restaurantId: restaurant.id });
  if (settings.isPending) return <SkeletonRows rows={6} />;
  const retry = () => void settings.refetch();
  const { data } = settings;
  if (data === undefined) return <ErrorState error={settings.error} retry={retry} />;
  const mayChange = role === 'admin' || restaurant.role === 'OWNER';
  return (
    <div className="grid gap-4">
      {settings.isError && <StaleNote error={settings.error} retry={retry} />}
      {mayChange ? (
        <SettingsForm key={data.version} settings={data} restaurant={restaurant} />
      ) : (
        <ReadOnly settings={data} restaurant={restaurant} />
      )}
      <p className="text-xs text-muted">
        {data.updatedAt === null
          ? 'Nothing was ever changed: these are the defaults.'
          : `Changed ${dateTime(data.updatedAt, restaurant.timeZone, restaurant.locale)} ${zoneName(restaurant.timeZone, new Date(data.updatedAt))}, version ${data.version}.`}
      </p>
    </div>
  );
}

function ReadOnly({ settings, restaurant }: { settings: Settings; restaurant: ViewerRestaurant }) {
  const days = (value: number | null) => (value === null ? 'No limit' : `${value} days`);
  const from = (value: number | null, unit: string) =>
    value === null ? 'As the platform has it' : `From ${value} ${unit}`;
  const limit = (value: number | null) =>
    value === null ? 'No limit' : money(value, restaurant.currency, restaurant.locale);
  return (
    <Panel title="Rules">
      <p className="mb-4 text-sm text-muted">Owners change these.</p>
      <Facts
        rows={[
          ['Staff may refund for', days(settings.staffRefundWindowDays)],
          ['Owners may refund for', days(settings.ownerRefundWindowDays)],
          ['Staff may refund up to', limit(settings.staffRefundLimitMinor)],
          ['Owners may refund up to', limit(settings.ownerRefundLimitMinor)],
          ['Reminders of splits', settings.splitRemindersEnabled ? 'On' : 'Off'],
          ['E-mails to guests', settings.guestNotificationsEnabled ? 'On' : 'Off'],
          ['Tips of a day', POOL_RULES[settings.tipPoolRule]],
          ['Alert on failed payments', from(settings.alertFailureRatePercent, 'percent')],
          ['Alert on open payments', from(settings.alertPendingMinutes, 'minutes')],
          ['Alert on refunds', from(settings.alertRefundRatePercent, 'percent')],
        ]}
      />
    </Panel>
  );
}

function Team({ restaurantId }: { restaurantId: string }) {
  const { team, people } = useTeam(restaurantId);
  return (
    <Panel title="Team">
      {team.isPending ? (
        <SkeletonRows rows={3} />
      ) : team.data === undefined ? (
        <ErrorState error={team.error} retry={() => void team.refetch()} />
      ) : people.length === 0 ? (
        <p className="text-sm text-muted">Nobody works here yet. People come from the platform.</p>
      ) : (
        <ul className="grid gap-3">
          {people.map((person) => (
            <li key={person.userId} className="flex items-center justify-between gap-4 text-sm">
              <div className="min-w-0">
                <p>{person.name ?? person.userId}</p>
                {person.email && <p className="text-xs text-muted">{person.email}</p>}
              </div>
              <Badge tone={person.role === 'OWNER' ? 'accent' : 'neutral'}>
                {person.role === 'OWNER' ? 'Owner' : 'Staff'}
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function FromPlatform({ restaurant }: { restaurant: ViewerRestaurant }) {
  return (
    <Panel title="From the platform">
      <Facts
        rows={[
          ['Name', restaurant.name],
          ['Currency', restaurant.currency],
          ['Business day ends at', `${String(restaurant.closingHour).padStart(2, '0')}:00`],
          ['Time zone', `${restaurant.timeZone} (${zoneName(restaurant.timeZone)})`],
          ['Language', restaurant.locale],
        ]}
      />
    </Panel>
  );
}
