/** One side of a book: prices sorted with the best at the END, where almost all changes happen and a splice is cheap. */

/** As deep as the snapshot we ask for; deeper levels are dropped, because the server will not tell when they change hands. */
export const LEVELS_MAX = 1_000;

export class BookSide {
  readonly prices: number[] = [];
  readonly quantities = new Map<number, number>();
  /** True once levels were dropped at the far end: the tail is then no longer complete. */
  trimmed = false;

  /** `sign` is 1 for bids (highest is best) and -1 for asks (lowest is best). */
  constructor(private readonly sign: 1 | -1) {}

  clear(): void {
    this.prices.length = 0;
    this.quantities.clear();
    this.trimmed = false;
  }

  /** Sets the absolute quantity of a level; 0 removes it, and removing what is not there is normal. */
  set(price: number, quantity: number): void {
    const known = this.quantities.has(price);
    if (quantity === 0) {
      if (!known) return;
      this.quantities.delete(price);
      this.prices.splice(this.position(price), 1);
      return;
    }
    this.quantities.set(price, quantity);
    if (!known) this.prices.splice(this.position(price), 0, price);
  }

  trim(): void {
    const excess = this.prices.length - LEVELS_MAX;
    if (excess <= 0) return;
    for (const price of this.prices.splice(0, excess)) this.quantities.delete(price);
    this.trimmed = true;
  }

  best(): number | null {
    return this.prices[this.prices.length - 1] ?? null;
  }

  /** The index of a price, or where it belongs. */
  private position(price: number): number {
    const key = price * this.sign;
    let low = 0;
    let high = this.prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.prices[middle] ?? 0) * this.sign < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
