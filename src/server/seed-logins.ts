import type { Login, NewPerson } from '@/login/login';
import { DEMO_PLACES, type DemoPlace } from './seed-places';

/** Public, and only ever written where the demo is seeded, which production refuses. */
export const DEMO_PASSWORD = 'demo-only-password';

export const DEMO_LOGINS: readonly Omit<NewPerson, 'password'>[] = [
  { email: 'admin@example.com', name: 'Ada Admin', role: 'admin', platformUserId: null },
  ...Object.values<DemoPlace>(DEMO_PLACES).flatMap(({ owner, staff }) => [
    { email: owner.email, name: owner.name, role: 'owner' as const, platformUserId: owner.userId },
    { email: staff.email, name: staff.name, role: 'staff' as const, platformUserId: staff.userId },
  ]),
];

/** The demo's people can sign in to /admin. One that is known stays signed in. */
export async function seedLogins(login: Login): Promise<void> {
  for (const person of DEMO_LOGINS)
    if (!(await login.knows(person.email))) await login.savePerson({ ...person, password: DEMO_PASSWORD });
}
