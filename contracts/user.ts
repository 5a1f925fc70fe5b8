import { z } from 'zod';
import { Agency } from './desk.ts';

/**
 * What somebody does here; what each may is in `api/auth/permissions.ts`.
 *
 * - `admin` everything, and the accounts; `dutyOfficer` judges alerts; `agencyOfficer` works on the tasks of one agency;
 * - `reviewer` reviews evidence and reads the register; `analyst` answers for cameras and figures, sees no footage;
 * - `operator` maintains the installation (also outside firms): neither footage nor incidents.
 */
export const Role = z.enum(['admin', 'dutyOfficer', 'agencyOfficer', 'reviewer', 'analyst', 'operator']);
export type Role = z.infer<typeof Role>;

/** One account. A person who shares another's account shares his audit entries. */
export const UserView = z
  .strictObject({
    userId: z.string(),
    name: z.string(),
    /** 单位 */
    unit: z.string(),
    role: Role,
    /** Of an `agencyOfficer`: whose tasks. */
    agency: Agency.nullable(),
    isDisabled: z.boolean(),
    hasPassword: z.boolean(),
  })
  .meta({ id: 'UserView' });
export type UserView = z.infer<typeof UserView>;

export const UserList = z.strictObject({ items: z.array(UserView) }).meta({ id: 'UserList' });
export type UserList = z.infer<typeof UserList>;

const Name = z.string().trim().min(1).max(100);
const Unit = z.string().trim().max(200);

export const NewUser = z
  .strictObject({ name: Name, unit: Unit, role: Role, agency: Agency.nullable().default(null) })
  .meta({ id: 'NewUser' });
export type NewUser = z.infer<typeof NewUser>;

export const UserChange = z
  .strictObject({ unit: Unit, role: Role, agency: Agency.nullable(), isDisabled: z.boolean() })
  .partial()
  .meta({ id: 'UserChange' });
export type UserChange = z.infer<typeof UserChange>;

/** An account and the one-time link by which its owner comes in and sets a password. */
export const UserInvitation = z
  .strictObject({ user: UserView, loginUrl: z.string() })
  .meta({ id: 'UserInvitation' });
export type UserInvitation = z.infer<typeof UserInvitation>;
