import { z } from 'zod';
import type { Person } from '../../contracts/index.ts';
import { freshId } from '../../kernel/index.ts';
import { readJson, writePrivate } from './private-file.ts';
import { hashPassword, isPassword } from './secret.ts';

const User = z.strictObject({
  userId: z.string(),
  name: z.string(),
  unit: z.string(),
  passwordHash: z.string(),
});
const UserFile = z.strictObject({ users: z.array(User) });
type User = z.infer<typeof User>;

/** Who a one-time link logs in before anybody has set a password. */
export const firstPerson: Person = { userId: 'first', name: 'first login', unit: '' };

/** The people who may log in: a small file with password hashes, readable by its owner only. */
export interface Users {
  /** The person a one-time link logs in: the one who set the first password. */
  owner(): Person | null;
  /** @returns null when name or password is wrong; both take the same time. */
  check(name: string, password: string): Promise<Person | null>;
  isName(name: string): boolean;
  /** Name, unit and password of the owner, made or changed. */
  setOwner(name: string, unit: string, password: string): Promise<Person>;
}

/** @throws PipelineError DATA_DIR_UNUSABLE when the file is damaged or cannot be read. */
export async function openUsers(path: string): Promise<Users> {
  let users: readonly User[] = (await readJson(path, UserFile))?.users ?? [];
  // Somebody who does not exist costs as much time as somebody who does.
  const nobodysHash = await hashPassword(freshId());
  const named = (name: string): User | undefined => users.find((user) => user.name === name.trim());

  return {
    owner: () => (users[0] === undefined ? null : personOfUser(users[0])),
    isName: (name) => named(name) !== undefined,
    async check(name, password) {
      const user = named(name);
      const isRight = await isPassword(password, user?.passwordHash ?? nobodysHash);
      return isRight && user !== undefined ? personOfUser(user) : null;
    },
    async setOwner(name, unit, password) {
      const [owner, ...others] = users;
      const userId = owner?.userId ?? freshId();
      const changed = {
        userId,
        name: name.trim(),
        unit: unit.trim(),
        passwordHash: await hashPassword(password),
      };
      const next = [changed, ...others];
      await writePrivate(path, JSON.stringify({ users: next }, null, 2));
      users = next;
      return personOfUser(changed);
    },
  };
}

const personOfUser = ({ userId, name, unit }: User): Person => ({ userId, name, unit });
