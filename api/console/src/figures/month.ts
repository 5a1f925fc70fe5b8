const chinaOffsetMs = 8 * 3_600_000;

/** The last twelve calendar months of +08:00, newest first, behind the running one. */
export function lastMonths(asOfMs: number | undefined, chosen: string): string[] {
  const now = new Date((asOfMs ?? Date.now()) + chinaOffsetMs);
  const months = Array.from({ length: 12 }, (_, back) => {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    return first.toISOString().slice(0, 7);
  });
  return [...new Set(['latest', ...months, chosen])];
}
