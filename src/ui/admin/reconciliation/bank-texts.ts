import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { count } from '../format';

export type Preview = inferRouterOutputs<AppRouter>['reconciliation']['bank']['preview'];
type Imported = inferRouterOutputs<AppRouter>['reconciliation']['bank']['import'];

/** Which days a file covers, and what that means for them. */
export function coverText({ lineCount, firstDay, lastDay, isReplacement }: Preview): string {
  if (firstDay === null || lastDay === null) return 'Nothing can be imported before every line can be read.';
  const days = `The file covers ${firstDay} to ${lastDay}.`;
  const none =
    lineCount === 0
      ? ' No line is about payouts (none has the word STRIPE, or those set for this account): it shows that none arrived on these days.'
      : '';
  const again = isReplacement ? ' It was imported before and read another way: its lines are replaced.' : '';
  return `${days}${none}${again}`;
}

export function importedText(done: Imported): string {
  if (done.isRepeat) return 'This file was imported before.';
  const days = `${done.firstDay} to ${done.lastDay}`;
  if (done.lineCount === 0) return `No line is about payouts. It is kept that none arrived from ${days}.`;
  const removed = done.isReplacement ? ` ${count(done.removedCount)} of its earlier ones are gone.` : '';
  return `${count(done.newCount)} lines are new.${removed}`;
}
