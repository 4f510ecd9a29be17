/** The market rules as the server page reads them: at most once a second per process, and never a reason for a page to fail. */
import { apiUrl } from "@/lib/config";
import type { WireExchangeInfo, WireFilter } from "./rules";

const FRESH_MS = 1_000;
const TIMEOUT_MS = 1_500;

let cached: { at: number; info: WireExchangeInfo } | null = null;

const NEEDED = new Set(["PRICE_FILTER", "LOT_SIZE", "NOTIONAL", "MIN_NOTIONAL"]);

/** Only what the client reads: the rest would be sent with every page for nothing. */
const slim = (info: WireExchangeInfo): WireExchangeInfo => ({
  symbols: info.symbols.map(({ symbol, status, baseAsset, quoteAsset, baseAssetPrecision, quoteAssetPrecision, filters }) => ({
    symbol, status, baseAsset, quoteAsset, baseAssetPrecision, quoteAssetPrecision, filters: filters.filter((one: WireFilter) => NEEDED.has(one.filterType)),
  })),
});

export async function fetchMarkets(): Promise<WireExchangeInfo | null> {
  if (cached && Date.now() - cached.at < FRESH_MS) return cached.info;
  try {
    const response = await fetch(`${apiUrl()}/api/v3/exchangeInfo`, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return cached?.info ?? null;
    cached = { at: Date.now(), info: slim((await response.json()) as WireExchangeInfo) };
    return cached.info;
  } catch {
    return cached?.info ?? null;
  }
}
