import type { Clock } from '../../kernel/index.ts';

export const lookMs = 5 * 60_000;
const maxRemembered = 10_000;

/**
 * Tells a new look from the same look going on: a player asks for one clip in dozens of ranges, and one entry for
 * each would hide who looked among noise. Requests of one person for one thing within 5 minutes are one look.
 */
export function openLooks(clock: Clock): { isNew(userId: string, subjectId: string): boolean } {
  const seenAtMs = new Map<string, number>();
  return {
    isNew(userId, subjectId) {
      const key = `${userId} ${subjectId}`;
      const nowMs = clock.nowMs();
      const before = seenAtMs.get(key);
      if (before !== undefined && nowMs - before < lookMs) return false;
      seenAtMs.delete(key);
      seenAtMs.set(key, nowMs);
      const [oldest] = seenAtMs.keys();
      // Forgetting early only writes one entry more.
      if (seenAtMs.size > maxRemembered && oldest !== undefined) seenAtMs.delete(oldest);
      return true;
    },
  };
}
