import type { Agency, Person, Role } from '../../contracts/index.ts';

/** Who asks, told by what they showed: a session cookie, the local token, or nothing (open routes). */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'local'; readonly person: Person; readonly role: 'admin' }
  | {
      readonly kind: 'session';
      readonly person: Person;
      readonly role: Role;
      /** Of an agency officer. */
      readonly agency: Agency | null;
      /** sha256 of the session id; the id itself is only in the browser. */
      readonly sessionHash: string;
      readonly openedBy: 'link' | 'password';
    };

/** The person behind a caller. @throws TypeError on an open route's nobody: a bug in a route's `access`. */
export function personOf(caller: Caller): Person {
  if (caller.kind === 'nobody') throw new TypeError('A route that needs a person must not be open.');
  return caller.person;
}
