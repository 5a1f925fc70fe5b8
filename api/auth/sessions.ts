import { z } from 'zod';
import { Person } from '../../contracts/index.ts';
import { type Clock, readJson, writePrivate } from '../../kernel/index.ts';
import { hashOf, newSecret } from './secret.ts';

const Session = z.strictObject({
  sessionHash: z.string(),
  person: Person,
  openedBy: z.enum(['link', 'password']),
  expiresAtMs: z.int(),
});
export type Session = z.infer<typeof Session>;
const SessionFile = z.strictObject({ sessions: z.array(Session) });

/** More than any district has people; the oldest goes first. */
const maxSessions = 1_000;

/** Who is logged in. Only hashes of session ids are kept; they survive a restart of the process. */
export interface Sessions {
  /** @returns the id for the cookie: the only time it is known here. */
  open(person: Person, openedBy: Session['openedBy']): Promise<string>;
  find(sessionId: string): Session | null;
  /** Still valid? For connections that stay open. */
  isLive(sessionHash: string): boolean;
  close(sessionHash: string): Promise<void>;
  /** All sessions of an account end. */
  closeOf(userId: string): Promise<void>;
  /** After a password was set: this session is that person's, all others of the same account end. */
  keepOnly(sessionHash: string, person: Person): Promise<void>;
}

export async function openSessions(path: string, clock: Clock, lifeMs: number): Promise<Sessions> {
  const kept = await readJson(path, SessionFile);
  let sessions = new Map((kept?.sessions ?? []).map((session) => [session.sessionHash, session]));
  let written = Promise.resolve();

  const live = (sessionHash: string): Session | null => {
    const session = sessions.get(sessionHash);
    return session !== undefined && session.expiresAtMs > clock.nowMs() ? session : null;
  };
  /** One write after the other, each with what is true when it starts. */
  const save = (): Promise<void> => {
    written = written
      .catch(() => {})
      .then(() => writePrivate(path, JSON.stringify({ sessions: [...sessions.values()] })));
    return written;
  };

  return {
    async open(person, openedBy) {
      const sessionId = newSecret();
      const sessionHash = hashOf(sessionId);
      const rest = [...sessions.values()].filter((session) => live(session.sessionHash) !== null);
      sessions = new Map(rest.slice(-(maxSessions - 1)).map((session) => [session.sessionHash, session]));
      sessions.set(sessionHash, { sessionHash, person, openedBy, expiresAtMs: clock.nowMs() + lifeMs });
      await save();
      return sessionId;
    },
    find: (sessionId) => live(hashOf(sessionId)),
    isLive: (sessionHash) => live(sessionHash) !== null,
    async close(sessionHash) {
      sessions.delete(sessionHash);
      await save();
    },
    async closeOf(userId) {
      sessions = new Map([...sessions].filter(([, { person }]) => person.userId !== userId));
      await save();
    },
    async keepOnly(sessionHash, person) {
      const session = live(sessionHash);
      const owner = session?.person.userId;
      const others = [...sessions].filter(
        ([, other]) => ![owner, person.userId].includes(other.person.userId),
      );
      sessions = new Map(session === null ? others : [...others, [sessionHash, { ...session, person }]]);
      await save();
    },
  };
}
