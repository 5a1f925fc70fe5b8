import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Request, Response } from 'express';
import type { Person } from '../../contracts/index.ts';
import type { Clock } from '../../kernel/index.ts';
import type { Caller } from './caller.ts';
import { openLocalToken } from './local-access.ts';
import { type LoginLinks, openLoginLinks } from './login-links.ts';
import { equals } from './secret.ts';
import { openSessions, type Session, type Sessions } from './sessions.ts';
import { firstPerson, openUsers, type Users } from './users.ts';

/** Who may come in, and how they show it. */
export interface Auth {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly links: LoginLinks;
  readonly localToken: string;
  /** Who asks; `nobody` for a missing, forged or expired proof. */
  callerOf(req: Request): Caller;
  /** Open a session and set its cookie. */
  logIn(req: Request, res: Response, person: Person, openedBy: Session['openedBy']): Promise<void>;
  /** Take the cookie back, and what the browser kept of pictures. */
  forget(res: Response): void;
}

/**
 * @param dataDir keeps `api/users.json`, `api/sessions.json` and `api/local-token`, all 0600.
 * @param portOf port in use, known once the server listens. Cookies do not tell ports apart, so their name must.
 */
export async function openAuth(options: {
  dataDir: string;
  clock: Clock;
  sessionHours: number;
  portOf: () => number;
}): Promise<Auth> {
  const { clock, portOf } = options;
  const folder = join(options.dataDir, 'api');
  const lifeMs = options.sessionHours * 3_600_000;
  const users = await openUsers(join(folder, 'users.json'));
  const sessions = await openSessions(join(folder, 'sessions.json'), clock, lifeMs);
  const localToken = await openLocalToken(options.dataDir);
  const localPerson: Person = { userId: 'local', name: userInfo().username, unit: 'command line' };
  const cookieName = (): string => `sharp_eyes_${portOf()}`;
  const cookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' } as const;

  return {
    users,
    sessions,
    links: openLoginLinks(clock),
    localToken,
    callerOf(req) {
      const authorization = req.get('authorization');
      if (authorization !== undefined) {
        const isRight = equals(authorization, `Bearer ${localToken}`);
        return isRight ? { kind: 'local', person: localPerson, role: 'admin' } : { kind: 'nobody' };
      }
      const sessionId = cookieOf(req, cookieName());
      const session = sessionId === null ? null : sessions.find(sessionId);
      if (session === null) return { kind: 'nobody' };
      const { person, sessionHash, openedBy } = session;
      // Before there is any account the installation's link is all there is.
      if (person.userId === firstPerson.userId && users.owner() === null) {
        return { kind: 'session', person, role: 'admin', agency: null, sessionHash, openedBy };
      }
      // Asked anew each time: a role that was taken away is gone at once.
      const user = users.find(person.userId);
      if (user === null) return { kind: 'nobody' };
      return { kind: 'session', person, role: user.role, agency: user.agency, sessionHash, openedBy };
    },
    async logIn(req, res, person, openedBy) {
      const sessionId = await sessions.open(person, openedBy);
      res.cookie(cookieName(), sessionId, { ...cookieOptions, secure: req.secure, maxAge: lifeMs });
    },
    forget(res) {
      res.clearCookie(cookieName(), cookieOptions);
      res.set('Clear-Site-Data', '"cache"');
    },
  };
}

function cookieOf(req: Request, name: string): string | null {
  for (const pair of (req.get('cookie') ?? '').split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value !== undefined) return value;
  }
  return null;
}
