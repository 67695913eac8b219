'use client';

import { useState } from 'react';
import { Input } from '@/ui/kit/field';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { dayText } from '../format';
import type { ViewerRestaurant } from '../viewer';
import { parseHours, typedHours } from './hours';
import type { TipsReport } from './tips-page';

type Member = TipsReport['pools'][number]['members'][number];
interface Line {
  userId: string;
  isIn: boolean;
  hours: string;
  points: string;
}

/** Who takes part in a day's pool, with hours and points; replaces what was said of that day before. */
export function PoolDialog({
  restaurant,
  businessDay,
  members,
  people,
  nameOf,
  onClose,
  onDone,
}: {
  restaurant: ViewerRestaurant;
  businessDay: string;
  members: readonly Member[];
  people: readonly { userId: string }[];
  nameOf(userId: string): string;
  onClose(): void;
  onDone(): void;
}) {
  const [lines, setLines] = useState(() => linesOf(members, people));
  const change = (userId: string, to: Partial<Line>) =>
    setLines((before) => before.map((line) => (line.userId === userId ? { ...line, ...to } : line)));
  return (
    <ActionDialog
      title={`Tip pool of ${dayText(businessDay, restaurant.locale)}`}
      description="Hours such as 7.5 or 7:30. They count by the rule of the settings; without anybody, the servers of the day are the pool."
      operation={`tip-pool.${restaurant.id}.${businessDay}`}
      submitLabel="Save the pool"
      inputOf={() => {
        const pool = membersOf(lines);
        return pool && { restaurantId: restaurant.id, businessDay, members: pool };
      }}
      mutation={api.tips.setPool.useMutation()}
      success="The pool is saved."
      onClose={onClose}
      onDone={onDone}
    >
      {lines.length === 0 && <p className="text-sm text-muted">Nobody works at this restaurant yet.</p>}
      <ul className="grid gap-3">
        {lines.map((line) => {
          const name = nameOf(line.userId);
          return (
            <li key={line.userId} className="grid grid-cols-[1fr_5rem_5rem] items-center gap-2 text-sm">
              <label className="flex min-h-6 items-start gap-2">
                <input
                  type="checkbox"
                  className="mt-0.5 size-4 shrink-0 accent-accent"
                  checked={line.isIn}
                  onChange={(event) => change(line.userId, { isIn: event.target.checked })}
                />
                {name}
              </label>
              <Input
                aria-label={`Hours of ${name}`}
                aria-invalid={parseHours(line.hours) === undefined || undefined}
                placeholder="Hours"
                value={line.hours}
                disabled={!line.isIn}
                onChange={(event) => change(line.userId, { hours: event.target.value })}
              />
              <Input
                aria-label={`Points of ${name}`}
                aria-invalid={parsePoints(line.points) === undefined || undefined}
                inputMode="numeric"
                placeholder="Points"
                value={line.points}
                disabled={!line.isIn}
                onChange={(event) => change(line.userId, { points: event.target.value })}
              />
            </li>
          );
        })}
      </ul>
      {membersOf(lines) === null && (
        <p role="alert" className="text-xs text-bad">
          Hours go up to 48, points are whole numbers up to 10,000.
        </p>
      )}
    </ActionDialog>
  );
}

/** The team, and whoever else is in the pool already. */
function linesOf(members: readonly Member[], people: readonly { userId: string }[]): Line[] {
  const ids = new Set([...people, ...members].map((one) => one.userId));
  return [...ids].map((userId) => {
    const member = members.find((one) => one.userId === userId);
    return {
      userId,
      isIn: member !== undefined,
      hours: typedHours(member?.minutesWorked ?? 0),
      points: member && member.points > 0 ? String(member.points) : '',
    };
  });
}

/** Null: something typed is not right yet. */
function membersOf(lines: readonly Line[]): Member[] | null {
  const members = lines
    .filter((line) => line.isIn)
    .map(({ userId, hours, points }) => ({
      userId,
      minutesWorked: parseHours(hours),
      points: parsePoints(points),
    }));
  const isRight = (member: (typeof members)[number]): member is Member =>
    member.minutesWorked !== undefined && member.points !== undefined;
  return members.every(isRight) ? members : null;
}

function parsePoints(typed: string): number | undefined {
  if (typed.trim() === '') return 0;
  const points = /^\s*\d{1,5}\s*$/.test(typed) ? Number(typed) : undefined;
  return points !== undefined && points <= 10_000 ? points : undefined;
}
