import { Agency, Role, UserInvitation, UserList, UserView } from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';
import type { CommonOptions } from '../program/declare.ts';
import { type Ask, runningInstance } from '../running-instance.ts';

async function accountOf(ask: Ask, name: string): Promise<UserView> {
  const { items } = UserList.parse(await ask('/api/users', null));
  const user = items.find((other) => other.name === name);
  if (user !== undefined) return user;
  throw new PipelineError('NOT_FOUND', `Nobody here is called ${name}.`, {
    hint: `Accounts: ${items.map((other) => other.name).join(', ') || 'none yet'}.`,
  });
}

const invite = (answer: unknown): void => {
  const { user, loginUrl } = UserInvitation.parse(answer);
  process.stdout.write(`${user.name} (${user.role}) comes in once, within 15 minutes, by\n${loginUrl}\n`);
};

export async function listUsers(options: CommonOptions): Promise<void> {
  const ask = await runningInstance(options);
  const { items } = UserList.parse(await ask('/api/users', null));
  for (const { name, unit, role, agency, isDisabled, hasPassword } of items) {
    const notes = [agency ?? '', isDisabled ? 'disabled' : '', hasPassword ? '' : 'no password yet'];
    process.stdout.write(`${[name, unit, role, ...notes].filter((text) => text !== '').join(' · ')}\n`);
  }
}

export async function addUser(
  name: string,
  options: CommonOptions & { readonly unit: string; readonly role: string; readonly agency?: string },
): Promise<void> {
  const ask = await runningInstance(options);
  const role = oneOf('role', Role.options, options.role);
  const agency = options.agency === undefined ? null : oneOf('agency', Agency.options, options.agency);
  invite(await ask('/api/users', { name, unit: options.unit, role, agency }));
}

export async function linkUser(name: string, options: CommonOptions): Promise<void> {
  const ask = await runningInstance(options);
  const { userId } = await accountOf(ask, name);
  invite(await ask(`/api/users/${userId}/link`, {}));
}

export async function changeUser(
  name: string,
  options: CommonOptions & { readonly role?: string; readonly disable?: boolean; readonly enable?: boolean },
): Promise<void> {
  const ask = await runningInstance(options);
  const { userId } = await accountOf(ask, name);
  const user = UserView.parse(
    await ask(`/api/users/${userId}`, {
      ...(options.role === undefined ? {} : { role: oneOf('role', Role.options, options.role) }),
      ...(options.disable === true ? { isDisabled: true } : {}),
      ...(options.enable === true ? { isDisabled: false } : {}),
    }),
  );
  process.stdout.write(`${user.name}: ${user.role}${user.isDisabled ? ', disabled' : ''}\n`);
}

function oneOf<T extends string>(what: string, known: readonly T[], given: string): T {
  const found = known.find((each) => each === given);
  if (found !== undefined) return found;
  throw new PipelineError('USAGE', `"${given}" is no ${what}.`, { hint: `Use one of ${known.join(', ')}.` });
}
