/** What an order would meet in the book now: an estimate for the eye, with its depth named. */
import { notional, stepsFor, type MarketRules } from "@/lib/markets/rules";
import { priceTicks, qtySteps, quoteAtoms, type PriceTicks, type QtySteps, type QuoteAtoms } from "@/lib/money/units";
import type { BookLevel } from "./model";

export interface Estimate {
  readonly quantity: QtySteps;
  readonly cost: QuoteAtoms;
  readonly average: PriceTicks;
  readonly worst: PriceTicks;
  readonly levels: number;
  /** False when the book we know is too thin for the whole order. */
  readonly complete: boolean;
  /** How far the average is from the best price, in parts per million. */
  readonly slippagePpm: bigint;
}

export interface Want { readonly quantity?: QtySteps; readonly budget?: QuoteAtoms; readonly limit?: (price: PriceTicks) => boolean }

const LEVELS_NAMED_MAX = 500;

/** Walks the levels, best first, until the wanted quantity or the budget is used up. */
export function estimate(levels: readonly BookLevel[], want: Want, rules: MarketRules): Estimate | null {
  let quantity = 0n;
  let cost = 0n;
  let used = 0;
  let complete = false;
  for (const level of levels.slice(0, LEVELS_NAMED_MAX)) {
    if (want.limit && !want.limit(level.price)) break;
    const room = want.budget === undefined ? (want.quantity ?? 0n) - quantity : stepsFor(quoteAtoms(want.budget - cost), level.price, rules);
    const taken = room < level.quantity ? room : level.quantity;
    if (taken > 0n) { quantity += taken; cost += notional(level.price, qtySteps(taken), rules); used += 1; }
    if (room <= level.quantity) { complete = true; break; }
  }
  const best = levels[0]?.price;
  if (best === undefined || quantity === 0n) return null;
  return summarise({ quantity: qtySteps(quantity), cost: quoteAtoms(cost), levels: used, complete }, best, levels[used - 1]?.price ?? best, rules);
}

function summarise(walk: { quantity: QtySteps; cost: QuoteAtoms; levels: number; complete: boolean }, best: PriceTicks, worst: PriceTicks, rules: MarketRules): Estimate {
  const unit = notional(priceTicks(1n), walk.quantity, rules);
  const average = priceTicks((walk.cost + unit / 2n) / unit);
  const atBest = notional(best, walk.quantity, rules);
  const difference = walk.cost > atBest ? walk.cost - atBest : atBest - walk.cost;
  return { ...walk, average, worst, slippagePpm: (difference * 1_000_000n) / atBest };
}
