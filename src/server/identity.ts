import type { Db } from '@/db/db';
import type { Env } from '@/env';
import { createLogin, type Login } from '@/login/login';
import type { Actor } from '@/services/actor';
import type { Deps } from '@/services/context';
import { createFindActor } from '@/services/identity/find-actor';
import { noteLogin } from '@/services/identity/note-login';
import {
  type ActorResolver,
  createActorResolver,
  type LoginPerson,
  personAsActor,
} from '@/services/identity/resolve-actor';
import { createTokenVerifier } from '@/services/identity/token';
import type { Clock, Logger } from '@/services/ports';

/** The ways to learn who makes a request. */
export interface Identity {
  /** Sign-in of the admin pages. */
  login: Login;
  /** The actor of a request's credentials, for the doors. */
  resolveActor: ActorResolver;
  /** Who is signed in by the headers of a page's request, and as which actor. Null: nobody. */
  pageActor(headers: Headers): Promise<{ person: LoginPerson; actor: Actor } | null>;
}

/** @param parts.machineClock checks tokens, which others date by their own clocks */
export function createIdentity(
  env: Env,
  parts: { db: Db; prisma: Deps['prisma']; log: Logger; machineClock: Clock },
): Identity {
  const { db, prisma, log, machineClock } = parts;
  const findActor = createFindActor(db);
  const login = createLogin({
    prisma,
    settings: { ...env.login, publicUrl: env.server.publicUrl, production: env.production },
    log,
    audit: (fact, personId) => noteLogin(db, fact, personId),
  });
  const resolveActor = createActorResolver(
    createTokenVerifier(env.auth, machineClock),
    findActor,
    login.findLogin,
  );
  return {
    login,
    resolveActor,
    async pageActor(headers) {
      const person = await login.findLogin(headers);
      return person && { person, actor: await personAsActor(person, findActor) };
    },
  };
}
