'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from '@/ui/kit/button';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { toast } from '@/ui/kit/toast';
import { dateTime } from '../format';
import { loginClient } from '../login-client';

/** Every browser where this person is signed in; the others can be ended, one or all. */
export function Sessions() {
  const current = loginClient.useSession();
  const sessions = useQuery({
    queryKey: ['login-sessions'],
    queryFn: async () => {
      const { data, error } = await loginClient.listSessions();
      if (error) throw new Error(error.message ?? 'The sign-ins could not be read.');
      return data;
    },
  });
  const end = useMutation({
    mutationFn: async (token: string | null) => {
      const { error } = token
        ? await loginClient.revokeSession({ token })
        : await loginClient.revokeOtherSessions();
      if (error) throw new Error(error.message ?? 'That did not work.');
    },
    onSuccess: () => {
      toast.success('Signed out there.');
      void sessions.refetch();
    },
    onError: (error) => toast.error(error.message),
  });
  if (sessions.isPending) return <SkeletonRows rows={2} />;
  if (sessions.isError) return <ErrorState error={sessions.error} retry={() => void sessions.refetch()} />;
  const here = current.data?.session.token;
  return (
    <div className="grid gap-3">
      <ul className="grid gap-3">
        {sessions.data.map((session) => (
          <li key={session.id} className="flex items-center justify-between gap-4 text-sm">
            <div>
              <p>{browserName(session.userAgent)}</p>
              <p className="text-xs text-muted">
                {session.ipAddress || 'unknown address'}, since{' '}
                {dateTime(new Date(session.createdAt).toISOString(), 'UTC')} UTC
              </p>
            </div>
            {session.token === here ? (
              <span className="shrink-0 text-xs text-muted">this browser</span>
            ) : (
              <Button
                size="small"
                className="shrink-0"
                onClick={() => end.mutate(session.token)}
                isBusy={end.isPending}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.data.length > 1 && (
        <Button onClick={() => end.mutate(null)} isBusy={end.isPending}>
          Sign out everywhere else
        </Button>
      )}
    </div>
  );
}

function browserName(userAgent: string | null | undefined): string {
  const known = /(Firefox|Edg|Chrome|Safari)\//.exec(userAgent ?? '')?.[1];
  return known === 'Edg' ? 'Edge' : (known ?? 'A browser');
}
