"use client";
/** Market rules for every page: handed in by the server, kept fresh here, null until somebody could tell. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { get } from "@/lib/api/http";
import { readRules, type MarketRules, type WireExchangeInfo } from "@/lib/markets/rules";

const REFRESH_MS = 30_000;
const RETRY_MS = 2_000;

const Markets = createContext<readonly MarketRules[] | null>(null);

/** Rules that did not change keep their identity, so that nothing live is restarted for nothing. */
function keep(before: WireExchangeInfo | null, now: WireExchangeInfo): WireExchangeInfo {
  return before !== null && JSON.stringify(before.symbols.map(relevant)) === JSON.stringify(now.symbols.map(relevant)) ? before : now;
}
const NEEDED = ["PRICE_FILTER", "LOT_SIZE", "NOTIONAL", "MIN_NOTIONAL"];
const relevant = (market: WireExchangeInfo["symbols"][number]) => [market.symbol, market.status, market.filters.filter((one) => NEEDED.includes(one.filterType)).map((one) => [one.tickSize, one.stepSize, one.minPrice, one.maxPrice, one.minQty, one.maxQty, one.minNotional])];

export function MarketsProvider({ initial, children }: { readonly initial: WireExchangeInfo | null; readonly children: ReactNode }) {
  const [info, setInfo] = useState(initial);
  const known = info !== null;
  useEffect(() => {
    const abort = new AbortController();
    const load = () => { get<WireExchangeInfo>("/api/v3/exchangeInfo", {}, abort.signal).then((next) => { setInfo((before) => keep(before, next)); }, () => { /* tried again by the timer */ }); };
    if (!known) load();
    const timer = setInterval(load, known ? REFRESH_MS : RETRY_MS);
    return () => { abort.abort(); clearInterval(timer); };
  }, [known]);
  const rules = useMemo(() => info && readRules(info), [info]);
  return <Markets.Provider value={rules}>{children}</Markets.Provider>;
}

export const useMarkets = (): readonly MarketRules[] | null => useContext(Markets);

/** Looks a market up by its symbol. */
export function useRulesOf(): (symbol: string) => MarketRules | null {
  const markets = useMarkets();
  return useMemo(() => {
    const bySymbol = new Map(markets?.map((one) => [one.symbol, one]));
    return (symbol: string) => bySymbol.get(symbol) ?? null;
  }, [markets]);
}
