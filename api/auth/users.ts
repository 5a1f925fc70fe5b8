import { z } from 'zod';
import {
  Agency,
  type NewUser,
  type Person,
  Role,
  type UserChange,
  type UserView,
} from '../../contracts/index.ts';
import { freshId, readJson, writePrivate } from '../../kernel/index.ts';
import { hashPassword, isPassword } from './secret.ts';

const User = z.strictObject({
  userId: z.string(),
  name: z.string(),
  unit: z.string(),
  /** Null until its owner has set one: then only a one-time link lets him in. */
  passwordHash: z.string().nullable(),
  // The file of an installation with one account has no roles: that account is the administrator's.
  role: Role.default('admin'),
  agency: Agency.nullable().default(null),
  isDisabled: z.boolean().default(false),
});
const UserFile = z.strictObject({ users: z.array(User) });
type User = z.infer<typeof User>;

/** Who a one-time link logs in before anybody has set a password. */
export const firstPerson: Person = { userId: 'first', name: 'first login', unit: '' };

/** The people who may log in: a small file with password hashes, readable by its owner only. */
export interface Users {
  /** The person the installation's own one-time link logs in: the first administrator. */
  owner(): Person | null;
  list(): UserView[];
  /** @returns null for an account that there is not, or that was disabled. */
  find(userId: string): UserView | null;
  /** @returns null when name or password is wrong or the account disabled; all take the same time. */
  check(name: string, password: string): Promise<Person | null>;
  isName(name: string): boolean;
  /** Name, unit and password of an account; null: of the owner, who is made when there is none. */
  setPassword(userId: string | null, name: string, unit: string, password: string): Promise<Person | null>;
  /** @returns null when the name is taken. */
  add(user: NewUser): Promise<UserView | null>;
  /** @returns null when there is no such account, or nobody would be left who may change accounts. */
  change(userId: string, change: UserChange): Promise<UserView | null>;
}

/** @throws PipelineError DATA_DIR_UNUSABLE when the file is damaged or cannot be read. */
export async function openUsers(path: string): Promise<Users> {
  let users: readonly User[] = (await readJson(path, UserFile))?.users ?? [];
  // Somebody who does not exist costs as much time as somebody who does.
  const nobodysHash = await hashPassword(freshId());
  const named = (name: string): User | undefined => users.find((user) => user.name === name.trim());
  const save = async (next: readonly User[]): Promise<void> => {
    await writePrivate(path, JSON.stringify({ users: next }, null, 2));
    users = next;
  };

  return {
    owner() {
      const user = users.find(isAdmin);
      return user === undefined ? null : personOfUser(user);
    },
    list: () => users.map(viewOf),
    find(userId) {
      const user = users.find((other) => other.userId === userId);
      return user === undefined || user.isDisabled ? null : viewOf(user);
    },
    isName: (name) => named(name) !== undefined,
    async check(name, password) {
      const user = named(name);
      const isRight = await isPassword(password, user?.passwordHash ?? nobodysHash);
      const isOpen = user !== undefined && user.passwordHash !== null && !user.isDisabled;
      return isRight && isOpen ? personOfUser(user) : null;
    },
    async setPassword(userId, name, unit, password) {
      const known = users.find((user) => (userId === null ? isAdmin(user) : user.userId === userId));
      const isTaken = users.some((user) => user !== known && user.name === name.trim());
      if (isTaken || (userId !== null && known === undefined)) return null;
      const changed: User = {
        ...(known ?? { userId: freshId(), role: 'admin', agency: null, isDisabled: false }),
        name: name.trim(),
        unit: unit.trim(),
        passwordHash: await hashPassword(password),
      };
      await save(
        known === undefined ? [changed, ...users] : users.map((user) => (user === known ? changed : user)),
      );
      return personOfUser(changed);
    },
    async add({ name, unit, role, agency }) {
      if (named(name) !== undefined) return null;
      const added: User = {
        userId: freshId(),
        name,
        unit,
        role,
        agency,
        isDisabled: false,
        passwordHash: null,
      };
      await save([...users, added]);
      return viewOf(added);
    },
    async change(userId, change) {
      const known = users.find((user) => user.userId === userId);
      if (known === undefined) return null;
      const changed: User = {
        ...known,
        unit: change.unit ?? known.unit,
        role: change.role ?? known.role,
        agency: change.agency === undefined ? known.agency : change.agency,
        isDisabled: change.isDisabled ?? known.isDisabled,
      };
      const next = users.map((user) => (user === known ? changed : user));
      if (isAdmin(known) && !next.some(isAdmin)) return null;
      await save(next);
      return viewOf(changed);
    },
  };
}

const isAdmin = ({ role, isDisabled }: User): boolean => role === 'admin' && !isDisabled;

const personOfUser = ({ userId, name, unit }: User): Person => ({ userId, name, unit });
const viewOf = ({ userId, name, unit, role, agency, isDisabled, passwordHash }: User): UserView => ({
  userId,
  name,
  unit,
  role,
  agency,
  isDisabled,
  hasPassword: passwordHash !== null,
});
