'use client';

import { useEffect, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Field, Select } from '@/ui/kit/field';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { createGuestClient, type GuestClient } from './guest-client';
import { LiveList, type LiveStep } from './live-list';
import { Phone } from './phone';

/** A table of the demo, with the people at it. Their ids are public: demo data guards nothing. */
export interface DemoTable {
  tableSessionId: string;
  restaurantId: string;
  restaurantName: string;
  currency: string;
  locale: string;
  guests: { name: string; guestSessionId: string }[];
}

const SHOWN = 40;

/** A guest's phone beside the live events of the table: pick a table, pay, fail, try again, and watch. */
export function DemoPage({
  tables,
  publishableKey,
  simulatorUrl,
}: {
  tables: readonly DemoTable[];
  publishableKey: string;
  simulatorUrl: string | null;
}) {
  const [guestSessionId, setGuest] = useState(tables[0]?.guests[0]?.guestSessionId ?? '');
  const table = tables.find(({ guests }) => guests.some((guest) => guest.guestSessionId === guestSessionId));
  const { client, steps, changes } = useTable(table, guestSessionId);
  if (!table) return <PageHeader title="The demo has no tables" />;
  return (
    <main className="mx-auto max-w-5xl p-4 md:p-8">
      <PageHeader
        title="At the table"
        actions={
          <Button asChild>
            <a href="/admin/payments" target="_blank" rel="noreferrer">
              Open the admin pages beside it
            </a>
          </Button>
        }
      >
        The phone speaks the same API as the real frontends.
      </PageHeader>
      <Field label="You are" className="mb-4 max-w-xs">
        {(control) => (
          <Select {...control} value={guestSessionId} onChange={(event) => setGuest(event.target.value)}>
            {tables.map((one) => (
              <optgroup key={one.tableSessionId} label={one.restaurantName}>
                {one.guests.map((guest) => (
                  <option key={guest.guestSessionId} value={guest.guestSessionId}>
                    {guest.name}
                  </option>
                ))}
              </optgroup>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid gap-6 md:grid-cols-[22rem_1fr]">
        <div className="rounded-[2rem] border-4 border-line bg-surface p-6">
          {client && (
            <Phone
              key={guestSessionId}
              client={client}
              table={table}
              guestSessionId={guestSessionId}
              publishableKey={publishableKey}
              simulatorUrl={simulatorUrl}
              changes={changes}
            />
          )}
        </div>
        <Panel title="Live at this table">
          <LiveList steps={steps} currency={table.currency} locale={table.locale} />
        </Panel>
      </div>
    </main>
  );
}

/** The guest's client, and the latest live events of their table, newest first. */
function useTable(table: DemoTable | undefined, guestSessionId: string) {
  const [client, setClient] = useState<GuestClient | null>(null);
  const [steps, setSteps] = useState<readonly LiveStep[]>([]);
  const [changes, setChanges] = useState(0);
  const tableSessionId = table?.tableSessionId;
  useEffect(() => {
    if (tableSessionId === undefined) return;
    const guest = createGuestClient(guestSessionId);
    // The client is itself callable, which React would take for an updater.
    setClient(() => guest.client);
    setSteps([]);
    const watching = guest.client.live.tableSession.subscribe(
      { tableSessionId },
      {
        onData: (message: unknown) => {
          const event = (message as { data: LiveStep['event'] }).data;
          // A beginning and a gap too: something may have happened unheard.
          setChanges((before) => before + 1);
          if (event.type.startsWith('live:')) return;
          setSteps((before) => [{ event }, ...before].slice(0, SHOWN));
        },
      },
    );
    return () => {
      watching.unsubscribe();
      void guest.close();
    };
  }, [tableSessionId, guestSessionId]);
  return { client, steps, changes };
}
