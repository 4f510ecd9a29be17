/** The calls of this feature: they return domain types and show nothing. */
import { get, remove } from "@/lib/api/http";
import { privateDataChanged } from "@/lib/private/polling";
import { CLOSED_MAX, isOpen, newestFirst, type Order, type OwnTrade } from "./model";

export const openOrders = (symbol: string | null, signal: AbortSignal): Promise<Order[]> =>
  get<Order[]>("/api/v3/openOrders", symbol === null ? {} : { symbol }, signal);

/** Closed orders of some markets, newest first. The interface asks market by market. */
export async function closedOrders(symbols: readonly string[], signal: AbortSignal): Promise<Order[]> {
  const all = await Promise.all(symbols.map((symbol) => get<Order[]>("/api/v3/allOrders", { symbol, limit: CLOSED_MAX }, signal)));
  return newestFirst(all.flat().filter((order) => !isOpen(order))).slice(0, CLOSED_MAX);
}

export async function ownTrades(symbols: readonly string[], signal: AbortSignal): Promise<OwnTrade[]> {
  const all = await Promise.all(symbols.map((symbol) => get<OwnTrade[]>("/api/v3/myTrades", { symbol, limit: CLOSED_MAX }, signal)));
  return newestFirst(all.flat()).slice(0, CLOSED_MAX);
}

export async function cancelOrder(order: Pick<Order, "symbol" | "orderId">): Promise<void> {
  try {
    await remove("/api/v3/order", { symbol: order.symbol, orderId: order.orderId });
  } finally {
    privateDataChanged();
  }
}

export async function cancelAll(symbol: string): Promise<number> {
  try {
    return (await remove<unknown[]>("/api/v3/openOrders", { symbol })).length;
  } finally {
    privateDataChanged();
  }
}
