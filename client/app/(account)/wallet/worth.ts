/** What balances are worth in the reference asset at the last prices: for show, rounded, marked with ≈. */
import type { Balance } from "@/features/balances/store";
import type { Ticker } from "@/features/markets/model";
import type { MarketRules } from "@/lib/markets/rules";
import { divideHalfEven, pow10 } from "@/lib/money/units";

export const REFERENCE = "USDT";
const SHOWN = 2;

/** Hundredths of the reference asset; null when no market with it tells a price. */
export function worth(balance: Balance, markets: readonly MarketRules[], ticker: (symbol: string) => Ticker | null): bigint | null {
  if (balance.asset === REFERENCE) return divideHalfEven(balance.total * pow10(SHOWN), pow10(balance.decimals));
  const market = markets.find((one) => one.base === balance.asset && one.quote === REFERENCE);
  const last = market ? ticker(market.symbol)?.last : undefined;
  if (!market || last === undefined) return balance.total === 0n ? 0n : null;
  return divideHalfEven(balance.total * last * pow10(SHOWN), pow10(balance.decimals + market.price.decimals));
}
