import type { FootageDeletion, MediaRef } from '../../contracts/index.ts';
import type { Config } from '../../kernel/index.ts';

/** The floor of the law for recordings of public places. @see 公共安全视频图像信息系统管理条例 art. 17 */
const leastDays = 30;
export const dayMs = 86_400_000;

/** Days that footage is kept for which no case needs: longer than 30 only until the day that was given. */
export function keptDaysAt({ footageDays, longerUntil }: Config['retention'], nowMs: number): number {
  if (longerUntil === undefined) return footageDays;
  const endMs = Date.parse(`${longerUntil}T00:00:00+08:00`) + dayMs;
  return nowMs < endMs ? footageDays : leastDays;
}

/** Something whose pictures nobody needs any more. */
export interface Unneeded {
  readonly subjectId: string;
  readonly areaCode: string;
  readonly rule: FootageDeletion['rule'];
  readonly media: readonly MediaRef[];
  /** When it was judged, or found where nobody judged it. */
  readonly judgedAtMs: number;
}

/**
 * What is to be deleted now, as its proof will say; null: its time has not come.
 * @param keptSinceMs when each medium came onto the disk; those that are not there are left out. A recording of last
 *   year that is reviewed today came today.
 */
export function deletionOf(
  { subjectId, areaCode, rule, media, judgedAtMs }: Unneeded,
  keptSinceMs: ReadonlyMap<string, number>,
  keptDays: number,
  nowMs: number,
): FootageDeletion | null {
  const there = media.filter(({ mediaId }) => keptSinceMs.has(mediaId));
  const lastNeededAtMs = Math.max(
    judgedAtMs,
    ...there.flatMap(({ mediaId, capturedToMs }) => [capturedToMs, keptSinceMs.get(mediaId) ?? 0]),
  );
  if (nowMs - lastNeededAtMs < keptDays * dayMs) return null;
  return {
    subjectId,
    version: 1,
    areaCode,
    rule,
    keptDays,
    lastNeededAtMs: Math.round(lastNeededAtMs),
    deletedAtMs: null,
    media: there.map(({ mediaId, role, mimeType, sizeBytes, sha256, capturedFromMs, capturedToMs }) => ({
      mediaId,
      role,
      mimeType,
      sizeBytes,
      sha256,
      capturedFromMs,
      capturedToMs,
    })),
  };
}
