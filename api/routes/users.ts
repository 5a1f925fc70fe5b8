import { z } from 'zod';
import { NewUser, UserChange, UserInvitation, UserList, UserView } from '../../contracts/index.ts';
import { badRequest, notFound } from '../api-error.ts';
import { personOf } from '../auth/caller.ts';
import type { Parts } from '../parts.ts';
import { ok, type Route, route } from '../route.ts';

const one = z.strictObject({ userId: z.string().min(1).max(100) });

export function userRoutes({ auth, trail, loginUrl }: Parts): Route[] {
  const invitation = (user: UserView): UserInvitation => ({
    user,
    loginUrl: loginUrl(auth.links.issue(user.userId)),
  });
  const common = { tag: 'users', access: 'person', permission: 'manageUsers' } as const;
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/users',
      summary: 'All accounts',
      answers: { 200: { description: 'Accounts, the first one first', schema: UserList } },
      handle: async () => ok({ items: auth.users.list() }),
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/users',
      summary: 'Open an account; the link in the answer lets its owner in once, to set a password',
      body: { kind: 'json', schema: NewUser },
      answers: { 200: { description: 'The account and its link', schema: UserInvitation } },
      async handle({ body, caller }) {
        const user = await auth.users.add(body);
        if (user === null) {
          throw badRequest(
            `body.name: ${body.name} has an account already.`,
            'Give each person a name of their own.',
          );
        }
        await trail.write({
          by: personOf(caller),
          action: 'userAdded',
          subjectId: user.userId,
          reason: `${user.name}, ${user.unit}, ${user.role}`,
        });
        return ok(invitation(user));
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/users/{userId}',
      summary: 'Change unit or role of an account, or disable it; its sessions end',
      params: one,
      body: { kind: 'json', schema: UserChange },
      answers: { 200: { description: 'The account as it is now', schema: UserView } },
      async handle({ params, body, caller }) {
        const user = await auth.users.change(params.userId, body);
        if (user === null) {
          throw badRequest(
            'This account does not exist, or nobody would be left who may change accounts.',
            'Make somebody else an administrator first.',
          );
        }
        await auth.sessions.closeOf(user.userId);
        await trail.write({
          by: personOf(caller),
          action: 'userChanged',
          subjectId: user.userId,
          reason: `${user.name}: ${user.unit}, ${user.role}${user.isDisabled ? ', disabled' : ''}`,
        });
        return ok(user);
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/users/{userId}/link',
      summary: 'A new one-time link for somebody who has lost the password',
      params: one,
      answers: { 200: { description: 'The account and its link', schema: UserInvitation } },
      async handle({ params, caller }) {
        const user = auth.users.find(params.userId);
        if (user === null) throw notFound(`account ${params.userId}`);
        await trail.write({
          by: personOf(caller),
          action: 'userChanged',
          subjectId: user.userId,
          reason: 'new link',
        });
        return ok(invitation(user));
      },
    }),
  ];
}
