"use client";
/** All tickers: one REST read, then the stream of all mini tickers, at most once a second to React. */
import { useEffect, useSyncExternalStore } from "react";
import { get } from "@/lib/api/http";
import { withSocket } from "@/lib/live";
import type { MarketRules } from "@/lib/markets/rules";
import { Observable } from "@/lib/store";
import { fromMini, fromRest, type Ticker, type WireMiniTicker, type WireTicker } from "./model";

const REFRESH_MS = 30_000;

class TickerStore extends Observable {
  private rules = new Map<string, MarketRules>();
  private tickers = new Map<string, Ticker>();
  private users = 0;
  private stop: (() => void) | null = null;

  get(symbol: string): Ticker | null { return this.tickers.get(symbol) ?? null; }

  use(rules: readonly MarketRules[]): () => void {
    for (const one of rules) this.rules.set(one.symbol, one);
    this.users += 1;
    this.stop ??= this.start();
    return () => {
      this.users -= 1;
      if (this.users === 0) { this.stop?.(); this.stop = null; }
    };
  }

  private start(): () => void {
    const load = () => { get<WireTicker[]>("/api/v3/ticker/24hr").then((all) => { this.take(all, (one) => one.symbol, fromRest); }, () => { /* the stream or the next round brings them */ }); };
    load();
    const timer = setInterval(load, REFRESH_MS);
    const unsubscribe = withSocket((socket) => socket.subscribe("!miniTicker@arr", { message: (data) => { if (Array.isArray(data)) this.take(data as WireMiniTicker[], (one) => one.s, fromMini); } }));
    return () => { clearInterval(timer); unsubscribe(); };
  }

  private take<T>(all: readonly T[], symbol: (one: T) => string, read: (one: T, rules: MarketRules) => Ticker): void {
    for (const one of all) {
      const rules = this.rules.get(symbol(one));
      if (rules) this.tickers.set(rules.symbol, read(one, rules));
    }
    this.changed();
  }
}

const store = new TickerStore();

export function useTickers(rules: readonly MarketRules[]): (symbol: string) => Ticker | null {
  useEffect(() => store.use(rules), [rules]);
  useSyncExternalStore(store.subscribe, () => store.version, () => 0);
  return (symbol) => store.get(symbol);
}

export function useTicker(rules: MarketRules): Ticker | null {
  useEffect(() => store.use([rules]), [rules]);
  return useSyncExternalStore(store.subscribe, () => store.get(rules.symbol), () => null);
}
