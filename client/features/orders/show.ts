/** Decimal strings of the server → text in a market's own digits. A market we do not know keeps the server's text. */
import type { MarketRules } from "@/lib/markets/rules";
import { formatShort, formatUnits } from "@/lib/money/format";
import { parseWireCut } from "@/lib/money/parse";

export type RulesOf = (symbol: string) => MarketRules | null;

export const showPrice = (text: string, rules: MarketRules | null): string => (rules ? formatUnits(parseWireCut(text, rules.price.decimals), rules.price.decimals) : text);
export const showSize = (text: string, rules: MarketRules | null): string => (rules ? formatUnits(parseWireCut(text, rules.quantity.decimals), rules.quantity.decimals) : text);
export const showQuote = (text: string, rules: MarketRules | null): string => (rules ? formatShort(parseWireCut(text, rules.quoteDecimals), rules.quoteDecimals, Math.max(2, rules.price.decimals)) : text);

/** Whole percent of an order that is filled. */
export function filledPercent(executed: string, quantity: string, rules: MarketRules | null): number {
  if (!rules) return 0;
  const all = parseWireCut(quantity, rules.quantity.decimals);
  if (all === 0n) return 0;
  return parseInt(((parseWireCut(executed, rules.quantity.decimals) * 100n) / all).toString(), 10);
}

/** Average price of what was filled, rounded for show; a dash when nothing was. */
export function averagePrice(executed: string, quote: string, rules: MarketRules | null): string {
  if (!rules) return "–";
  const quantity = parseWireCut(executed, rules.quantity.decimals);
  if (quantity === 0n) return "–";
  const scale = 10n ** BigInt(rules.quantity.decimals + rules.price.decimals);
  const average = (parseWireCut(quote, rules.quoteDecimals) * scale) / quantity / 10n ** BigInt(rules.quoteDecimals);
  return formatUnits(average, rules.price.decimals);
}

export const isZero = (text: string): boolean => /^0*(?:\.0*)?$/.test(text);
