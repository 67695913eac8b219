'use client';

import { useState } from 'react';
import { useConnection } from '@/ui/admin/connection';
import { LiveLight } from '@/ui/admin/live-light';
import { Button } from '@/ui/kit/button';
import { Field, Select } from '@/ui/kit/field';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { LiveEvents } from './live-events';
import { useWatch } from './use-watch';

/** A restaurant of the demo, as far as its events need it. */
export interface WatchedPlace {
  id: string;
  name: string;
  currency: string;
  locale: string;
}

/** Everything that the staff of a demo restaurant hear, the moment it happens: newest first. */
export function LivePage({ places }: { places: readonly WatchedPlace[] }) {
  const [placeId, setPlace] = useState(places[0]?.id ?? '');
  const place = places.find(({ id }) => id === placeId);
  if (!place) return <PageHeader title="The demo has no restaurants" />;
  return (
    <main className="mx-auto max-w-5xl p-4 md:p-8">
      <PageHeader
        title="Live events"
        actions={
          <Button asChild>
            <a href="/demo" target="_blank" rel="noreferrer">
              Pay at a table beside it
            </a>
          </Button>
        }
      >
        What the restaurant’s staff hear over the websocket, once each and in order.
      </PageHeader>
      <Field label="Restaurant" className="mb-4 max-w-xs">
        {(control) => (
          <Select {...control} value={placeId} onChange={(event) => setPlace(event.target.value)}>
            {places.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Watched key={place.id} place={place} />
    </main>
  );
}

function Watched({ place }: { place: WatchedPlace }) {
  const { events, hasBegun, hasGap, error } = useWatch(place.id);
  const connection = useConnection();
  return (
    <Panel title={place.name} actions={<LiveLight isWordy />}>
      {connection === 'lost' && (
        <p role="alert" className="mb-4 rounded-lg bg-warning-surface p-3 text-sm text-warning">
          The connection is lost. What happens meanwhile comes when it is back.
        </p>
      )}
      {hasGap && (
        <p role="alert" className="mb-4 rounded-lg bg-warning-surface p-3 text-sm text-warning">
          It was away for too long: events in between are no longer kept.
        </p>
      )}
      {error ? (
        <ErrorState error={error} retry={() => window.location.reload()} />
      ) : events.length > 0 ? (
        <LiveEvents events={events} place={place} />
      ) : hasBegun ? (
        <EmptyState title="Nothing has happened yet">
          Pay at a table, or run the demo: each event appears here as it happens.
        </EmptyState>
      ) : (
        <SkeletonRows rows={4} />
      )}
    </Panel>
  );
}
