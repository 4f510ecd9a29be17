/** A market's last 24 hours, in the market's own integers. */
import type { MarketRules } from "@/lib/markets/rules";
import { parseWireCut } from "@/lib/money/parse";

export interface Ticker {
  readonly symbol: string;
  /** Prices in units of 10^-price decimals. */
  readonly last: bigint;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  /** Quantity decimals. */
  readonly volume: bigint;
  readonly quoteVolume: bigint;
  /** Hundredths of a percent. */
  readonly change: bigint;
}

export interface WireTicker { readonly symbol: string; readonly lastPrice: string; readonly openPrice: string; readonly highPrice: string; readonly lowPrice: string; readonly volume: string; readonly quoteVolume: string }
export interface WireMiniTicker { readonly s: string; readonly c: string; readonly o: string; readonly h: string; readonly l: string; readonly v: string; readonly q: string }

export const QUOTE_SHOWN_DECIMALS = 2;

export function fromMini(mini: WireMiniTicker, rules: MarketRules): Ticker {
  const price = (text: string) => parseWireCut(text, rules.price.decimals);
  const last = price(mini.c);
  const open = price(mini.o);
  return {
    symbol: mini.s, last, open, high: price(mini.h), low: price(mini.l),
    volume: parseWireCut(mini.v, rules.quantity.decimals), quoteVolume: parseWireCut(mini.q, QUOTE_SHOWN_DECIMALS), change: open === 0n ? 0n : ((last - open) * 10_000n) / open,
  };
}

export const fromRest = (ticker: WireTicker, rules: MarketRules): Ticker =>
  fromMini({ s: ticker.symbol, c: ticker.lastPrice, o: ticker.openPrice, h: ticker.highPrice, l: ticker.lowPrice, v: ticker.volume, q: ticker.quoteVolume }, rules);

export type SortKey = "pair" | "last" | "change" | "volume";
export interface Sort { readonly key: SortKey; readonly descending: boolean }

export function readSort(text: string | null): Sort {
  const match = /^(-?)(pair|last|change|volume)$/.exec(text ?? "-volume");
  return match ? { descending: match[1] === "-", key: match[2] as SortKey } : { key: "volume", descending: true };
}

const compare = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

export interface MarketRow { readonly rules: MarketRules; readonly ticker: Ticker | null }

export function sortRows(rows: readonly MarketRow[], sort: Sort): MarketRow[] {
  const direction = sort.descending ? -1 : 1;
  const value = (row: MarketRow): bigint => (sort.key === "last" ? row.ticker?.last : sort.key === "change" ? row.ticker?.change : row.ticker?.quoteVolume) ?? -1n;
  return rows.toSorted((a, b) => direction * (sort.key === "pair" ? compare(a.rules.symbol, b.rules.symbol) : compare(value(a), value(b))));
}

/** 0 to 100: where the last price stands in the day's range. */
export function rangePercent(ticker: Ticker): number {
  const span = ticker.high - ticker.low;
  if (span <= 0n) return 50;
  const share = ((ticker.last - ticker.low) * 100n) / span;
  return Math.min(100, Math.max(0, parseInt(share.toString(), 10)));
}
