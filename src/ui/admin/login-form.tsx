'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Field, Input } from '@/ui/kit/field';
import { Mark } from '@/ui/mark';
import { loginClient } from './login-client';

export interface DemoLogin {
  email: string;
  name: string;
  role: string;
  password: string;
}

/** Sign-in by e-mail and password, then the second factor where there is one. In demo mode its people are one click away. */
export function LoginForm({
  demoPeople,
  hasOidc,
  next,
}: {
  demoPeople: readonly DemoLogin[];
  hasOidc: boolean;
  /** The page of the admin pages that is opened then. */
  next: string;
}) {
  const [step, setStep] = useState<'password' | 'code' | 'backup'>('password');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function attempt(work: () => Promise<string | null>) {
    setBusy(true);
    setProblem(null);
    const said = await work().catch(() => 'The server cannot be reached. Try again.');
    setProblem(said);
    setBusy(false);
  }

  const signIn = (email: string, password: string) =>
    attempt(async () => {
      const { data, error } = await loginClient.signIn.email({ email, password });
      if (error) return refusalText(error);
      if (data && 'twoFactorRedirect' in data && data.twoFactorRedirect) setStep('code');
      else enter(next);
      return null;
    });
  const verify = (code: string) =>
    attempt(async () => {
      const { twoFactor } = loginClient;
      const { error } = await (step === 'backup' ? twoFactor.verifyBackupCode : twoFactor.verifyTotp)({
        code,
      });
      if (error) return refusalText(error, WRONG_CODE[step === 'backup' ? 'backup' : 'code']);
      enter(next);
      return null;
    });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    if (step !== 'password') void verify(String(fields.get('code')).trim());
    else void signIn(String(fields.get('email')).trim(), String(fields.get('password')));
  }

  return (
    <main className="mx-auto grid min-h-dvh max-w-sm content-center gap-6 p-4">
      <h1 className="flex items-center gap-3 text-2xl font-semibold">
        <Mark sizePx={24} /> Sign in to Tabsy
      </h1>
      {/* Sent before scripts run, a form without a method puts the password into the address. */}
      <form
        method="post"
        onSubmit={submit}
        className="grid gap-4 rounded-2xl border border-line bg-surface p-6"
      >
        {step === 'password' ? (
          <>
            <Field label="E-mail">
              {(control) => <Input {...control} name="email" type="email" autoComplete="username" required />}
            </Field>
            <Field label="Password">
              {(control) => (
                <Input
                  {...control}
                  name="password"
                  type="password"
                  autoComplete="current-password"
                  required
                />
              )}
            </Field>
          </>
        ) : (
          <Field
            key={step}
            label={step === 'code' ? 'Code of your authenticator app' : 'Backup code'}
            hint={step === 'code' ? 'Six digits' : 'Each works once'}
          >
            {(control) => (
              <Input
                {...control}
                name="code"
                inputMode={step === 'code' ? 'numeric' : 'text'}
                autoComplete="one-time-code"
                autoFocus
                required
              />
            )}
          </Field>
        )}
        {problem && (
          <p role="alert" className="rounded-lg bg-bad-surface p-3 text-sm text-bad">
            {problem}
          </p>
        )}
        <Button look="primary" type="submit" isBusy={isBusy}>
          {step === 'password' ? 'Sign in' : 'Confirm'}
        </Button>
        {step !== 'password' && (
          <Button
            look="quiet"
            disabled={isBusy}
            onClick={() => {
              setProblem(null);
              setStep(step === 'code' ? 'backup' : 'code');
            }}
          >
            {step === 'code' ? 'Use a backup code' : 'Use the authenticator app'}
          </Button>
        )}
        {hasOidc && step === 'password' && (
          <Button
            onClick={() => void loginClient.signIn.social({ provider: 'oidc', callbackURL: next })}
            disabled={isBusy}
          >
            Sign in with your organisation
          </Button>
        )}
      </form>
      {demoPeople.length > 0 && step === 'password' && (
        <section aria-label="Demo people" className="grid gap-2">
          <p className="text-sm text-muted">This is a demo. Sign in as one of its people:</p>
          {demoPeople.map(({ email, name, role, password }) => (
            <Button key={email} onClick={() => void signIn(email, password)} disabled={isBusy}>
              {name}, {role}
            </Button>
          ))}
        </section>
      )}
    </main>
  );
}

const WRONG_CODE = {
  code: 'This code is not right. Codes change every 30 seconds.',
  backup: 'This code is not right, or was used before.',
};

/** A full load: the pages are rendered for who is signed in now. */
function enter(next: string): void {
  window.location.assign(next);
}

function refusalText(error: { status?: number; message?: string | undefined }, otherwise?: string): string {
  if (error.status === 429) return 'Too many attempts. Wait a minute, then try again.';
  if (error.status === 401) return otherwise ?? 'E-mail or password is not right.';
  return error.message ?? otherwise ?? 'Signing in did not work. Try again.';
}
