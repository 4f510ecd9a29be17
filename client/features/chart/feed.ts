/** Bars of one market and interval: history by REST, the last bar by stream, coalesced to one update per frame. */
import { get } from "@/lib/api/http";
import type { PainterHandle } from "@/lib/frame/scheduler";
import { frames, withSocket } from "@/lib/live";
import { mergeBars, readEvent, readKline, type Bar, type Interval, type WireKline, type WireKlineEvent } from "./model";

const PAGE = 500;

export interface CandleSink {
  replace(bars: readonly Bar[], first: boolean): void;
  update(bar: Bar): void;
  failed(): void;
}

export class CandleFeed {
  private bars: Bar[] = [];
  private pending: Bar | null = null;
  private complete = false;
  private loading = false;
  private handle: PainterHandle | null = null;
  private readonly abort = new AbortController();

  constructor(private readonly symbol: string, private readonly interval: Interval, private readonly sink: CandleSink) {}

  start(): () => void {
    const handle = frames().register({ priority: 3, rate: 30, paint: () => { this.flush(); } });
    this.handle = handle;
    const stream = `${this.symbol.toLowerCase()}@kline_${this.interval}`;
    const unsubscribe = withSocket((socket) => socket.subscribe(stream, { opened: () => { this.load(); }, message: (data) => { this.take(data as WireKlineEvent); } }));
    this.load();
    return () => { this.abort.abort(); unsubscribe(); handle.dispose(); };
  }

  load(): void {
    const first = this.bars.length === 0;
    this.ask({}).then((bars) => {
      this.bars = mergeBars(this.bars, bars);
      this.sink.replace(this.bars, first);
    }, () => { if (!this.abort.signal.aborted && first) this.sink.failed(); });
  }

  /** Asks for what lies before the oldest bar. */
  async older(): Promise<void> {
    const oldest = this.bars[0];
    if (!oldest || this.loading || this.complete) return;
    this.loading = true;
    try {
      const bars = await this.ask({ endTime: oldest.time * 1_000 - 1 });
      this.complete = bars.length === 0;
      if (bars.length > 0) { this.bars = mergeBars(bars, this.bars); this.sink.replace(this.bars, false); }
    } catch {
      this.complete = false;
    }
    this.loading = false;
  }

  private async ask(more: { endTime?: number }): Promise<Bar[]> {
    const wire = await get<WireKline[]>("/api/v3/klines", { symbol: this.symbol, interval: this.interval, limit: PAGE, ...more }, this.abort.signal);
    return wire.map(readKline);
  }

  private take(event: WireKlineEvent): void {
    this.pending = readEvent(event);
    this.handle?.invalidate();
  }

  /** The last bar, monotonic in time: an event of an older bar is late and dropped. */
  private flush(): void {
    const last = this.bars[this.bars.length - 1];
    const next = this.pending;
    this.pending = null;
    if (!next || !last || next.time < last.time) return;
    if (next.time === last.time) this.bars[this.bars.length - 1] = next;
    else this.bars.push(next);
    this.sink.update(next);
  }
}
