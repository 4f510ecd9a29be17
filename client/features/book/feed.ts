/** Keeps one book in step with the exchange: buffer, snapshot, contiguous events, and again after a gap. */
import type { StreamListener } from "@/lib/ws/subscriptions";
import { DepthSequence } from "@/lib/ws/sequence";
import { isDiff, type WireDepth, type WireDiff } from "./model";
import type { BookStore } from "./store";

export const BUFFER_MAX = 1_000;
const RETRY_MS = 500;
const GAP_WINDOW_MS = 60_000;

export type BookPhase = "waiting" | "syncing" | "live";

export interface BookFeedDoors {
  fetchSnapshot(signal: AbortSignal): Promise<WireDepth>;
  /** The painters' bell. */
  changed(): void;
  phaseChanged?(): void;
  now?(): number;
}

export class BookFeed implements StreamListener {
  phase: BookPhase = "waiting";
  resyncingSince: number | null = null;
  /** Gaps seen in the last minute, for the developer overlay and the tests. */
  gaps: number[] = [];
  private readonly sequence = new DepthSequence();
  private buffer: WireDiff[] = [];
  private asking: AbortController | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly now: () => number;

  constructor(readonly store: BookStore, private readonly doors: BookFeedDoors) {
    this.now = doors.now ?? (() => Date.now());
  }

  get lastUpdateId(): number { return this.sequence.last; }

  opened(): void {
    this.resync();
  }

  message(data: unknown): void {
    if (!isDiff(data)) return;
    if (this.phase !== "live") this.hold(data);
    else this.take(data);
  }

  dispose(): void {
    this.asking?.abort();
    clearTimeout(this.retry);
    this.phase = "waiting";
  }

  /** Stops applying, keeps the old book on screen and asks for a new snapshot. */
  resync(): void {
    this.asking?.abort();
    clearTimeout(this.retry);
    this.buffer = [];
    this.resyncingSince ??= this.now();
    this.become("syncing");
    void this.ask();
  }

  private async ask(): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const snapshot = await this.doors.fetchSnapshot(asking.signal);
      if (!asking.signal.aborted) this.begin(snapshot);
    } catch {
      if (!asking.signal.aborted) this.retry = setTimeout(() => { void this.ask(); }, RETRY_MS);
    }
  }

  private begin(snapshot: WireDepth): void {
    const held = this.buffer;
    const first = held[0];
    const tooOld = first !== undefined && first.U > snapshot.lastUpdateId + 1;
    if (tooOld) { this.retry = setTimeout(() => { void this.ask(); }, RETRY_MS); return; }
    this.buffer = [];
    this.store.reset(snapshot);
    this.sequence.start(snapshot.lastUpdateId);
    this.resyncingSince = null;
    this.become("live");
    this.doors.changed();
    for (const diff of held) if (this.phase === "live") this.take(diff);
  }

  private hold(diff: WireDiff): void {
    if (this.phase !== "syncing") return;
    this.buffer.push(diff);
    if (this.buffer.length > BUFFER_MAX) this.resync();
  }

  private take(diff: WireDiff): void {
    const verdict = this.sequence.judge(diff.U, diff.u);
    if (verdict === "drop") return;
    if (verdict === "gap") { this.gap(); return; }
    try {
      this.store.apply(diff);
    } catch {
      this.gap();
      return;
    }
    this.doors.changed();
    if (this.store.needsSnapshot()) this.resync();
  }

  private gap(): void {
    const now = this.now();
    this.gaps = [...this.gaps.filter((at) => now - at < GAP_WINDOW_MS), now];
    this.resync();
  }

  private become(phase: BookPhase): void {
    this.phase = phase;
    this.doors.phaseChanged?.();
  }
}
