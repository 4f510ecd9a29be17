"use client";
/** The tape of one market: REST first, then the stream; the last price is its newest trade. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { get } from "@/lib/api/http";
import type { PainterHandle } from "@/lib/frame/scheduler";
import { frames, withSocket } from "@/lib/live";
import type { MarketRules } from "@/lib/markets/rules";
import { Observable } from "@/lib/store";
import { fromRest, merge, readTrade, TAPE_MAX, type TapeTrade, type WireRestTrade, type WireStreamTrade } from "./model";

const FIRST_LOAD = 100;

export class LiveTape extends Observable {
  trades: TapeTrade[] = [];
  loaded = false;
  private fresh: TapeTrade[] = [];
  private handle: PainterHandle | null = null;

  constructor(readonly rules: MarketRules) { super(); }

  get last(): TapeTrade | null { return this.trades[0] ?? null; }

  /** The direction of the last price against the one before that differed: 1 up, -1 down, 0 unknown. */
  get direction(): 1 | -1 | 0 {
    const now = this.trades[0]?.price;
    const before = this.trades.find((trade) => trade.price !== now)?.price;
    if (now === undefined || before === undefined) return 0;
    return now > before ? 1 : -1;
  }

  start(): () => void {
    const abort = new AbortController();
    // What arrived since the last frame is folded in one go.
    const handle = frames().register({ priority: 1, rate: 30, paint: () => { this.fold(); } });
    this.handle = handle;
    const load = () => { get<WireRestTrade[]>("/api/v3/trades", { symbol: this.rules.symbol, limit: FIRST_LOAD }, abort.signal).then((all) => { this.take(all); }, () => { /* the stream fills the tape */ }); };
    const unsubscribe = withSocket((socket) => socket.subscribe(`${this.rules.symbol.toLowerCase()}@trade`, { opened: load, message: (data) => { this.push(data); } }));
    load();
    return () => { abort.abort(); unsubscribe(); handle.dispose(); };
  }

  private take(all: readonly WireRestTrade[]): void {
    this.trades = merge(this.trades, all.map((one) => fromRest(one, this.rules)).filter((one) => one !== null));
    this.loaded = true;
    this.changed();
  }

  private push(data: unknown): void {
    const trade = readTrade(data as WireStreamTrade, this.rules);
    if (!trade) return;
    this.fresh.push(trade);
    if (this.fresh.length > TAPE_MAX) this.fresh.shift();
    this.handle?.invalidate();
  }

  private fold(): void {
    this.trades = merge(this.trades, this.fresh);
    this.fresh = [];
    this.changed();
  }
}

export function useLiveTape(rules: MarketRules): LiveTape | null {
  const [tape, setTape] = useState<LiveTape | null>(null);
  useEffect(() => {
    const live = new LiveTape(rules);
    const stop = live.start();
    const shown = setTimeout(() => { setTape(live); }, 0);
    return () => { clearTimeout(shown); stop(); };
  }, [rules]);
  return tape?.rules.symbol === rules.symbol ? tape : null;
}

const nothing = () => () => { /* nothing to stop */ };

/** The last trade, and only when it has changed. */
export function useLastTrade(tape: LiveTape | null): TapeTrade | null {
  return useSyncExternalStore(tape?.subscribe ?? nothing, () => tape?.last ?? null, () => null);
}
