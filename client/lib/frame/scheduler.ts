/** The only user of requestAnimationFrame: paints what is dirty, in order of importance, within a budget per frame. */
import { Governor } from "./governor";

export const FRAME_BUDGET_MS = 6;
/** A display's frame comes a little early or late: an interval that is nearly over counts as over. */
const SLACK_MS = 3;

export interface PainterOptions {
  /** Lower paints first: 0 follows the pointer, 1 last price, 2 book, 3 chart, 4 tape. */
  readonly priority: number;
  readonly rate: number;
  readonly paint: () => void;
}

export interface PainterHandle {
  invalidate(): void;
  dispose(): void;
  readonly rate: number;
}

interface Painter { options: PainterOptions; governor: Governor; dirty: boolean; paintedAt: number }

export class FrameScheduler {
  private painters: Painter[] = [];
  private frame = 0;
  private previous = 0;

  constructor(
    private readonly request: (run: (now: number) => void) => number = (run) => requestAnimationFrame(run),
    private readonly clock: () => number = () => performance.now(),
  ) {}

  register(options: PainterOptions): PainterHandle {
    const painter: Painter = { options, governor: new Governor(options.rate), dirty: false, paintedAt: 0 };
    this.painters = [...this.painters, painter].sort((a, b) => a.options.priority - b.options.priority);
    return {
      invalidate: () => { painter.dirty = true; this.wake(); },
      dispose: () => { this.painters = this.painters.filter((one) => one !== painter); },
      get rate() { return painter.governor.rate; },
    };
  }

  private wake(): void {
    if (this.frame !== 0) return;
    this.previous = 0;
    this.frame = this.request((now) => { this.run(now); });
  }

  private run(now: number): void {
    this.frame = 0;
    const interval = this.previous === 0 ? 0 : now - this.previous;
    this.previous = now;
    const started = this.clock();
    for (const painter of this.painters) {
      if (interval > 0) painter.governor.record(interval, now);
      if (!painter.dirty || now - painter.paintedAt < painter.governor.intervalMs - SLACK_MS) continue;
      if (this.clock() - started > FRAME_BUDGET_MS) break;
      painter.dirty = false;
      painter.paintedAt = now;
      painter.options.paint();
    }
    if (this.painters.some((painter) => painter.dirty)) this.frame = this.request((next) => { this.run(next); });
  }
}
