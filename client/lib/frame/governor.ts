/** Chooses how often a painter may rewrite its digits: fewer on a slow machine, more again when it has recovered. */

export const RATE_MAX = 60;
export const RATE_MIN = 8;
const SLOW_P95_MS = 20;
const FAST_P95_MS = 17;
const WINDOW_MS = 2_000;
const RECOVER_MS = 10_000;
const SAMPLES_MIN = 20;

export class Governor {
  private samples: number[] = [];
  private windowStart = 0;
  private fastSince: number | null = null;

  constructor(public rate: number) {}

  get intervalMs(): number {
    return 1_000 / this.rate;
  }

  /** One frame took this long; only frames that followed each other directly are told. */
  record(interval: number, now: number): void {
    if (this.windowStart === 0) this.windowStart = now;
    this.samples.push(interval);
    if (now - this.windowStart < WINDOW_MS) return;
    if (this.samples.length >= SAMPLES_MIN) this.judge(now);
    this.samples = [];
    this.windowStart = now;
  }

  private judge(now: number): void {
    const sorted = this.samples.toSorted((a, b) => a - b);
    const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
    if (p95 > SLOW_P95_MS) {
      this.rate = Math.max(RATE_MIN, Math.ceil(this.rate / 2));
      this.fastSince = null;
    } else if (p95 < FAST_P95_MS) {
      this.fastSince ??= now - WINDOW_MS;
      if (now - this.fastSince < RECOVER_MS) return;
      this.rate = Math.min(RATE_MAX, this.rate * 2);
      this.fastSince = null;
    } else {
      this.fastSince = null;
    }
  }
}
