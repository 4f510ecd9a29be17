/** Coarser prices: bids round down, asks round up, so that grouping never shows a better price than there is. */
import type { BookSideName } from "./model";

const STEPS = [1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 100_000];

/** The group sizes offered, in price units: from one tick up to about half a percent of the price. */
export function groupsFor(tick: number, price: number): number[] {
  return STEPS.map((step) => step * tick).filter((size) => size === tick || size * 200 <= price).slice(0, 6);
}

export function groupPrice(price: number, size: number, side: BookSideName): number {
  const down = Math.floor(price / size) * size;
  return side === "bid" || down === price ? down : down + size;
}

export function nextGroup(groups: readonly number[], current: number, step: 1 | -1): number {
  const index = groups.indexOf(current) + step;
  return groups[Math.min(groups.length - 1, Math.max(0, index))] ?? current;
}
