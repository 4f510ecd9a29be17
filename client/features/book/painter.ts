/** Writes the book into its pooled rows. Knows the pointer and the keyboard, so that what was seen is what is picked. */
import { formatUnits } from "@/lib/money/format";
import { groupPrice } from "./grouping";
import type { BookSideName } from "./model";
import { buildRows, type BookRow } from "./rows";
import { emptyView, type BookStore, type BookView } from "./store";

export interface Level { readonly side: BookSideName; readonly price: number; readonly total: number }

const TOTAL_DECIMALS_MAX = 3;
/** Looked through while prices are held, so that held levels still get their sizes. */
const HELD_LEVELS = 200;

export class BookPainter {
  group: number;
  private asks: BookRow[] = [];
  private bids: BookRow[] = [];
  private readonly views = { bid: emptyView(), ask: emptyView() };
  private held: { bid: number[]; ask: number[] } | null = null;
  private frozen = false;
  private mine: ReadonlySet<number> = new Set();
  private readonly totalDecimals: number;

  constructor(private readonly container: HTMLElement, private readonly store: BookStore, private readonly prefix: string) {
    this.group = store.scale.tick;
    this.totalDecimals = Math.min(store.scale.quantityDecimals, TOTAL_DECIMALS_MAX);
  }

  get rowsPerSide(): number { return this.bids.length; }

  resize(rowsPerSide: number): void {
    if (rowsPerSide === this.bids.length) return;
    for (const row of [...this.asks, ...this.bids]) row.element.remove();
    this.asks = buildRows(this.container, "ask", rowsPerSide, this.prefix);
    this.bids = buildRows(this.container, "bid", rowsPerSide, this.prefix);
    this.held = null;
    this.paint();
  }

  setMine(prices: ReadonlySet<number>): void { this.mine = prices; }

  /** Prices stay where they are while the pointer rests here; sizes go on. */
  hold(): void {
    this.held ??= { bid: this.bids.map((row) => row.price), ask: this.asks.map((row) => row.price) };
  }

  release(): void { this.held = null; }

  /** Nothing changes at all while the list has keyboard focus. */
  freeze(frozen: boolean): void { this.frozen = frozen; }

  paint(): void {
    if (this.frozen || this.bids.length === 0) return;
    const limit = this.held ? HELD_LEVELS : this.bids.length;
    const bid = this.store.view("bid", this.group, limit, this.views.bid);
    const ask = this.store.view("ask", this.group, limit, this.views.ask);
    const last = this.bids.length - 1;
    const deepest = Math.max(bid.totals[Math.min(bid.count - 1, last)] ?? 0, ask.totals[Math.min(ask.count - 1, last)] ?? 0, 1);
    this.paintSide("bid", bid, deepest);
    this.paintSide("ask", ask, deepest);
  }

  private paintSide(side: BookSideName, view: BookView, deepest: number): void {
    const rows = side === "bid" ? this.bids : this.asks;
    const held = this.held?.[side];
    rows.forEach((row, index) => {
      const at = held ? indexOf(view, held[index] ?? -1) : index;
      if (at >= 0 && at < view.count) this.paintLevel(row, view, at, deepest);
      else if (held && row.price >= 0) row.write(this.price(row.price), "–", "–", 0);
      else row.clear();
    });
  }

  private paintLevel(row: BookRow, view: BookView, at: number, deepest: number): void {
    const price = view.prices[at] ?? 0;
    row.price = price;
    row.total = view.totals[at] ?? 0;
    const percent = Math.min(100, Math.round((row.total / deepest) * 100));
    row.write(this.price(price), formatUnits(view.sizes[at] ?? 0, this.store.scale.quantityDecimals), this.total(row.total), percent);
    row.mark(this.mine.has(price));
  }

  private price(price: number): string { return formatUnits(price, this.store.scale.priceDecimals); }

  private total(total: number): string {
    const cut = 10 ** (this.store.scale.quantityDecimals - this.totalDecimals);
    return formatUnits(Math.round(total / cut), this.totalDecimals);
  }

  /** From top to bottom, as the eye and the arrow keys walk. */
  walk(): BookRow[] {
    return [...this.asks.toReversed(), ...this.bids].filter((row) => row.price >= 0);
  }

  rowAt(element: EventTarget | null): BookRow | null {
    const hit = element instanceof Element ? element.closest(".book-row") : null;
    return [...this.asks, ...this.bids].find((row) => row.element === hit && row.price >= 0) ?? null;
  }

  describe(base: string): void {
    for (const row of this.walk()) {
      const size = this.store.side(row.side);
      const sum = size.prices.reduce((all, price) => (groupPrice(price, this.group, row.side) === row.price ? all + (size.quantities.get(price) ?? 0) : all), 0);
      row.describe(`${row.side === "ask" ? "Ask" : "Bid"} ${this.price(row.price)}, size ${formatUnits(sum, this.store.scale.quantityDecimals)} ${base}, total ${this.total(row.total)}`);
    }
  }
}

function indexOf(view: BookView, price: number): number {
  for (let index = 0; index < view.count; index += 1) if (view.prices[index] === price) return index;
  return -1;
}

export const levelOf = (row: BookRow): Level => ({ side: row.side, price: row.price, total: row.total });
