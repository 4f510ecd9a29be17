/** The book of one market, changed in place. No React here: painters read it when their frame comes. */
import { groupPrice } from "./grouping";
import { decodeLevels, type BookScale, type BookSideName, type WireDepth, type WireDiff } from "./model";
import { BookSide } from "./side";

/** A reused window onto the best levels of one side. */
export interface BookView { prices: number[]; sizes: number[]; totals: number[]; count: number }

export const emptyView = (): BookView => ({ prices: [], sizes: [], totals: [], count: 0 });

export class BookStore {
  readonly bids = new BookSide(1);
  readonly asks = new BookSide(-1);
  version = 0;

  constructor(readonly scale: BookScale) {}

  side(name: BookSideName): BookSide {
    return name === "bid" ? this.bids : this.asks;
  }

  reset(snapshot: WireDepth): void {
    this.bids.clear();
    this.asks.clear();
    this.apply({ U: 0, u: snapshot.lastUpdateId, b: snapshot.bids, a: snapshot.asks });
  }

  apply(diff: WireDiff): void {
    decodeLevels(diff.b, this.scale, (price, quantity) => { this.bids.set(price, quantity); });
    decodeLevels(diff.a, this.scale, (price, quantity) => { this.asks.set(price, quantity); });
    this.bids.trim();
    this.asks.trim();
    this.version += 1;
  }

  /** True when a side was trimmed and has since been eaten so far that its depth is no longer known. */
  needsSnapshot(): boolean {
    return [this.bids, this.asks].some((side) => side.trimmed && side.prices.length < 200);
  }

  /** Writes up to `limit` grouped levels, best first, into the view. */
  view(name: BookSideName, group: number, limit: number, out: BookView): BookView {
    const { prices, quantities } = this.side(name);
    let count = 0;
    let total = 0;
    for (let index = prices.length - 1; index >= 0; index -= 1) {
      const price = prices[index] ?? 0;
      const shown = groupPrice(price, group, name);
      const quantity = quantities.get(price) ?? 0;
      const same = count > 0 && out.prices[count - 1] === shown;
      if (!same && count === limit) break;
      if (!same) { out.prices[count] = shown; out.sizes[count] = 0; count += 1; }
      total += quantity;
      out.sizes[count - 1] = (out.sizes[count - 1] ?? 0) + quantity;
      out.totals[count - 1] = total;
    }
    out.count = count;
    return out;
  }

  bestBid(): number | null { return this.bids.best(); }
  bestAsk(): number | null { return this.asks.best(); }
}
