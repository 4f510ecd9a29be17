/** Lends the live book to the order form in the form's own terms. */
import type { LiveBook } from "@/features/book/live";
import type { BookReader } from "@/features/order-entry/model";
import { priceTicks, qtySteps } from "@/lib/money/units";

export function bookReader(book: LiveBook): BookReader {
  const { price, quantity } = book.rules;
  return {
    against: (side, limit) => {
      const { prices, quantities } = side === "BUY" ? book.store.asks : book.store.bids;
      return prices.slice(-limit).reverse().map((at) => ({ price: priceTicks(BigInt(at) / price.units), quantity: qtySteps(BigInt(quantities.get(at) ?? 0) / quantity.units) }));
    },
  };
}
