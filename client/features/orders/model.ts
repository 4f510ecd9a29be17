/** Orders and own trades as the trading interface tells them, with the words a table needs. */
import type { BadgeTone } from "@/components/ui/states";

export interface Order {
  readonly symbol: string;
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly price: string;
  readonly origQty: string;
  readonly executedQty: string;
  readonly cummulativeQuoteQty: string;
  readonly origQuoteOrderQty?: string;
  readonly status: string;
  readonly timeInForce: string;
  readonly type: string;
  readonly side: "BUY" | "SELL";
  readonly time: number;
  readonly updateTime: number;
  /** False for a stop before its trigger and for an order that waits in a list. */
  readonly isWorking?: boolean;
  readonly orderListId?: number;
  readonly stopPrice?: string;
  readonly icebergQty?: string;
  readonly trailingDelta?: number;
}

export interface OwnTrade {
  readonly symbol: string;
  readonly id: number;
  readonly orderId: number;
  readonly price: string;
  readonly qty: string;
  readonly quoteQty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly time: number;
  readonly isBuyer: boolean;
  readonly isMaker: boolean;
}

/** An order on its way: shown at once, settled by its client id. */
export interface PendingOrder {
  readonly clientId: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  readonly type: string;
  readonly price: string | null;
  readonly quantity: string | null;
  readonly state: "sending" | "checking" | "unknown";
  readonly at: number;
}

const STATUS: Record<string, readonly [words: string, tone: BadgeTone]> = {
  NEW: ["Open", "info"],
  PENDING_NEW: ["Waits in a list", "neutral"],
  PARTIALLY_FILLED: ["Partly filled", "info"],
  FILLED: ["Filled", "ok"],
  CANCELED: ["Cancelled", "neutral"],
  EXPIRED: ["Expired", "neutral"],
  EXPIRED_IN_MATCH: ["Stopped: own order", "neutral"],
  REJECTED: ["Rejected", "danger"],
};
const TYPES: Record<string, string> = {
  LIMIT: "Limit",
  LIMIT_MAKER: "Post only",
  MARKET: "Market",
  STOP_LOSS: "Stop",
  STOP_LOSS_LIMIT: "Stop limit",
  TAKE_PROFIT: "Take profit",
  TAKE_PROFIT_LIMIT: "Take profit limit",
};

export const statusWords = (status: string): readonly [string, BadgeTone] => STATUS[status] ?? [status, "neutral"];
export const typeWords = (type: string): string => TYPES[type] ?? type;
export const sideWords = (side: "BUY" | "SELL"): string => (side === "BUY" ? "Buy" : "Sell");
export const isOpen = (order: Pick<Order, "status">): boolean => order.status === "NEW" || order.status === "PARTIALLY_FILLED";

export const CLOSED_MAX = 200;
export const OPEN_MAX = 200;

export const newestFirst = <T extends { readonly time: number }>(rows: readonly T[]): T[] => rows.toSorted((a, b) => b.time - a.time);
