import { z } from 'zod';
import { type Person, SessionView, type UserView } from '../../contracts/index.ts';
import { badRequest, HttpError } from '../api-error.ts';
import { type Caller, personOf } from '../auth/caller.ts';
import { firstPerson } from '../auth/users.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const LinkLogin = z.strictObject({ token: z.string().min(1).max(200) }).meta({ id: 'LinkLogin' });
const PasswordLogin = z
  .strictObject({ name: z.string().min(1).max(100), password: z.string().min(1).max(1_000) })
  .meta({ id: 'PasswordLogin' });
const NewPassword = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    /** 单位 */
    unit: z.string().trim().max(200),
    password: z.string().min(10, 'at least 10 characters').max(1_000),
    /** Needed when one is set already and the session was not opened by a one-time link. */
    currentPassword: z.string().max(1_000).nullable().default(null),
  })
  .meta({ id: 'NewPassword' });

const failuresPer15Minutes = 10;

export function loginRoutes({ auth, trail }: Parts): Route[] {
  const view = (person: Person, openedBy: SessionView['openedBy']): SessionView => {
    const user = auth.users.find(person.userId);
    return {
      person,
      openedBy,
      role: user?.role ?? 'admin',
      agency: user?.agency ?? null,
      isPasswordMissing: user === null ? auth.users.owner() === null : !user.hasPassword,
    };
  };
  const viewOf = (caller: Caller): SessionView =>
    view(personOf(caller), caller.kind === 'session' ? caller.openedBy : 'localToken');
  const nobody = (name: string): Person => ({ userId: '', name, unit: '' });

  return [
    route({
      method: 'get',
      path: '/api/session',
      tag: 'login',
      summary: 'Who is logged in',
      access: 'person',
      answers: { 200: { description: 'The session', schema: SessionView } },
      handle: async ({ caller }) => ok(viewOf(caller)),
    }),
    route({
      method: 'post',
      path: '/api/login/link',
      tag: 'login',
      summary: 'Log in by the token of a one-time link',
      access: 'open',
      maxFailures: failuresPer15Minutes,
      body: { kind: 'json', schema: LinkLogin },
      answers: { 200: { description: 'A session was opened; its cookie is set', schema: SessionView } },
      async handle({ body, req, res }) {
        const link = auth.links.redeem(body.token);
        const invited = link === null || link.userId === null ? null : auth.users.find(link.userId);
        if (link === null || (link.userId !== null && invited === null)) {
          await trail.write({
            by: nobody(''),
            action: 'loginFailed',
            subjectId: 'link',
            reason: peerOf(req),
          });
          throw new HttpError(
            401,
            'AUTH_REFUSED',
            'This login link has been used or is older than 15 minutes.',
            'Each link works once. Log in by name and password, or take the link that the next start prints.',
          );
        }
        const person = invited === null ? (auth.users.owner() ?? firstPerson) : personOfView(invited);
        await trail.write({ by: person, action: 'login', subjectId: 'link', reason: peerOf(req) });
        await auth.logIn(req, res, person, 'link');
        return ok(view(person, 'link'));
      },
    }),
    route({
      method: 'post',
      path: '/api/login/password',
      tag: 'login',
      summary: 'Log in by name and password',
      access: 'open',
      maxFailures: failuresPer15Minutes,
      body: { kind: 'json', schema: PasswordLogin },
      answers: { 200: { description: 'A session was opened; its cookie is set', schema: SessionView } },
      async handle({ body, req, res }) {
        const person = await auth.users.check(body.name, body.password);
        if (person === null) {
          // A name that nobody has may be a password typed into the wrong field: it is not written down.
          const name = auth.users.isName(body.name) ? body.name : 'unknown name';
          await trail.write({
            by: nobody(name),
            action: 'loginFailed',
            subjectId: 'password',
            reason: peerOf(req),
          });
          throw new HttpError(
            401,
            'AUTH_REFUSED',
            'Name or password is wrong.',
            'Try again, or take the one-time link that the next start prints.',
          );
        }
        await trail.write({ by: person, action: 'login', subjectId: 'password', reason: peerOf(req) });
        await auth.logIn(req, res, person, 'password');
        return ok(view(person, 'password'));
      },
    }),
    route({
      method: 'post',
      path: '/api/password',
      tag: 'login',
      summary: 'Set name, unit and password; ends all other sessions',
      access: 'person',
      maxFailures: failuresPer15Minutes,
      body: { kind: 'json', schema: NewPassword },
      answers: { 200: { description: 'The session under its new name', schema: SessionView } },
      async handle({ body, caller }) {
        if (caller.kind !== 'session') {
          throw new HttpError(
            403,
            'AUTH_REFUSED',
            'A password is set in the console.',
            'Open the one-time login link in a browser.',
          );
        }
        const own = auth.users.find(caller.person.userId);
        if (own?.hasPassword === true && caller.openedBy === 'password') {
          const isRight = (await auth.users.check(own.name, body.currentPassword ?? '')) !== null;
          if (!isRight) {
            throw new HttpError(
              401,
              'AUTH_REFUSED',
              'The current password is wrong.',
              'Enter it again; without it, log in by a one-time link.',
            );
          }
        }
        const person = await auth.users.setPassword(own?.userId ?? null, body.name, body.unit, body.password);
        if (person === null) {
          throw badRequest(`body.name: ${body.name} is somebody else's account.`, 'Take another name.');
        }
        await auth.sessions.keepOnly(caller.sessionHash, person);
        await trail.write({ by: person, action: 'passwordSet', subjectId: person.userId });
        return ok(view(person, caller.openedBy));
      },
    }),
    route({
      method: 'post',
      path: '/api/logout',
      tag: 'login',
      summary: 'End this session',
      access: 'person',
      answers: { 204: { description: 'The session has ended' } },
      async handle({ caller, res }) {
        if (caller.kind === 'session') {
          await auth.sessions.close(caller.sessionHash);
          await trail.write({ by: caller.person, action: 'logout', subjectId: caller.person.userId });
        }
        auth.forget(res);
        return { status: 204, body: undefined };
      },
    }),
  ];
}

const personOfView = ({ userId, name, unit }: UserView): Person => ({ userId, name, unit });

const peerOf = (req: { socket: { remoteAddress?: string | undefined } }): string =>
  `from ${req.socket.remoteAddress ?? 'unknown'}`;
