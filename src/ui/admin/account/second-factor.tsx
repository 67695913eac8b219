'use client';

import dynamic from 'next/dynamic';
import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Field, Input } from '@/ui/kit/field';
import { Skeleton } from '@/ui/kit/states';
import { toast } from '@/ui/kit/toast';
import { loginClient } from '../login-client';
import { useViewer } from '../viewer';

/** A password away: not before. */
const QrCode = dynamic(() => import('./qr-code').then((module) => module.QrCode), {
  ssr: false,
  loading: () => <Skeleton className="size-48" />,
});

/** Sets up or takes away the code of an authenticator app. Both ask for the password. */
export function SecondFactor({ onSetUp }: { onSetUp?: () => void }) {
  const viewer = useViewer();
  const [isOn, setOn] = useState(viewer.hasSecondFactor);
  const [setup, setSetup] = useState<{ uri: string; backupCodes: string[] } | null>(null);
  const [problem, setProblem] = useState<string | undefined>();

  async function begin(password: string) {
    const { data, error } = await loginClient.twoFactor.enable({ password });
    if (error) return setProblem(error.message ?? 'The password is not right.');
    // A TOTP plan has an address for the app and codes for the day when it is lost.
    if (data && 'totpURI' in data) setSetup({ uri: data.totpURI, backupCodes: data.backupCodes });
  }
  async function confirm(code: string) {
    const { error } = await loginClient.twoFactor.verifyTotp({ code });
    if (error) return setProblem('This code is not right. Codes change every 30 seconds.');
    setSetup(null);
    setOn(true);
    toast.success('From now on signing in asks for a code.');
    onSetUp?.();
  }
  async function end(password: string) {
    const { error } = await loginClient.twoFactor.disable({ password });
    if (error) return setProblem(error.message ?? 'The password is not right.');
    setOn(false);
    toast.success('Signing in asks for the password alone.');
  }
  const submit = (work: (value: string) => Promise<unknown>) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setProblem(undefined);
    const value = String(new FormData(event.currentTarget).get('value')).trim();
    void work(value).catch(() => setProblem('The server cannot be reached. Try again.'));
  };

  if (setup)
    return (
      <form method="post" onSubmit={submit(confirm)} className="grid gap-4">
        <p className="text-sm">
          Scan this code with an authenticator app, or type the key into it. Then type the code that it shows.
        </p>
        <QrCode text={setup.uri} label="The key, as a picture for a phone’s camera" />
        <p className="rounded-lg bg-sunken p-3 font-mono text-sm break-all select-all">
          {new URL(setup.uri).searchParams.get('secret')}
        </p>
        <Field label="Code" error={problem}>
          {(control) => (
            <Input {...control} name="value" inputMode="numeric" autoComplete="one-time-code" required />
          )}
        </Field>
        <p className="text-sm">Keep these codes where you find them without your phone. Each works once.</p>
        <p className="rounded-lg bg-sunken p-3 font-mono text-sm select-all">{setup.backupCodes.join(' ')}</p>
        <Button look="primary" type="submit">
          Confirm
        </Button>
      </form>
    );
  return (
    <form method="post" onSubmit={submit(isOn ? end : begin)} className="grid gap-4">
      <p className="text-sm text-muted">
        {isOn
          ? 'Signing in asks for a code of your authenticator app.'
          : 'Signing in asks for the password alone.'}
      </p>
      <Field label="Your password" error={problem}>
        {(control) => (
          <Input {...control} name="value" type="password" autoComplete="current-password" required />
        )}
      </Field>
      <Button look={isOn ? 'danger' : 'primary'} type="submit">
        {isOn ? 'Take the second factor away' : 'Set up a second factor'}
      </Button>
    </form>
  );
}
