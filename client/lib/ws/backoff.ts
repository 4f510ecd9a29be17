/** How long to wait before the next attempt: full jitter, so that a restart is not greeted by a herd. */

export const FIRST_MS = 500;
export const LONGEST_MS = 30_000;
export const HEALTHY_RESETS_AFTER_MS = 30_000;
const RESTART_CODES = new Set([1012, 1013]);

export function backoff(attempt: number, closeCode: number, random: () => number): number {
  if (RESTART_CODES.has(closeCode) && attempt === 0) return 1_000 + random() * 9_000;
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
}
