/** What the book speaks: safe integers. A price counts units of 10^-price decimals, a quantity units of 10^-quantity decimals. */
import type { MarketRules } from "@/lib/markets/rules";
import { parseSafe } from "@/lib/money/parse";
import { safeNumber } from "@/lib/money/safe";

export type BookSideName = "bid" | "ask";
export type WireLevel = readonly [price: string, quantity: string];

export interface WireDepth { readonly lastUpdateId: number; readonly bids: readonly WireLevel[]; readonly asks: readonly WireLevel[] }
export interface WireDiff { readonly U: number; readonly u: number; readonly b: readonly WireLevel[]; readonly a: readonly WireLevel[] }

export interface BookScale {
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** One tick, in price units. */
  readonly tick: number;
}

export const scaleOf = (rules: MarketRules): BookScale => ({
  priceDecimals: rules.price.decimals,
  quantityDecimals: rules.quantity.decimals,
  tick: safeNumber(rules.price.units),
});

export class NotABook extends TypeError {}

/** Calls `each` for every level, and refuses anything that is not two decimals of this market. */
export function decodeLevels(levels: readonly WireLevel[], scale: BookScale, each: (price: number, quantity: number) => void): void {
  for (const level of levels) {
    const price = parseSafe(level[0], scale.priceDecimals);
    const quantity = parseSafe(level[1], scale.quantityDecimals);
    if (price <= 0 || quantity < 0) throw new NotABook("a level that is not of this market");
    each(price, quantity);
  }
}

export function isDiff(data: unknown): data is WireDiff {
  const diff = data as Partial<WireDiff> | null;
  return typeof diff === "object" && diff !== null && Number.isSafeInteger(diff.U) && Number.isSafeInteger(diff.u) && Array.isArray(diff.b) && Array.isArray(diff.a);
}
