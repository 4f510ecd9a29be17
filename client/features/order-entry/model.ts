/** What an order being written consists of. All texts are as typed; the checks turn them into integers. */
import type { MarketRules } from "@/lib/markets/rules";
import type { PriceTicks, QtySteps } from "@/lib/money/units";

export type Side = "BUY" | "SELL";
export type OrderType = "LIMIT" | "MARKET";
export type TimeInForce = "GTC" | "IOC" | "FOK";
export type Field = "price" | "amount" | "total";

export interface Leg {
  readonly amount: string;
  readonly total: string;
  /** Fields a person wrote last, most recent first: the first two are the inputs, the third is calculated. */
  readonly edited: readonly Field[];
}

export interface Draft {
  readonly side: Side;
  readonly type: OrderType;
  readonly price: string;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly BUY: Leg;
  readonly SELL: Leg;
}

const EMPTY_LEG: Leg = { amount: "", total: "", edited: [] };
export const EMPTY_DRAFT: Draft = { side: "BUY", type: "LIMIT", price: "", timeInForce: "GTC", postOnly: false, BUY: EMPTY_LEG, SELL: EMPTY_LEG };

export interface BookLevel { readonly price: PriceTicks; readonly quantity: QtySteps }

/** What the form asks of a book; the trade page hands in the live one. */
export interface BookReader {
  /** Levels an order of this side would meet, best first. */
  against(side: Side, limit: number): readonly BookLevel[];
}

/** Money the account can use now, in atoms; null while unknown. */
export interface Funds { readonly base: bigint | null; readonly quote: bigint | null }

export type Freshness = "live" | "old" | "offline";

export interface OrderRequest {
  readonly symbol: string;
  readonly side: Side;
  readonly type: "LIMIT" | "LIMIT_MAKER" | "MARKET";
  readonly timeInForce?: TimeInForce;
  readonly price?: string;
  readonly quantity?: string;
  readonly quoteOrderQty?: string;
}

const ORDER: readonly Field[] = ["price", "amount", "total"];

/** The two fields that count and the one that is calculated from them. */
export function roles(leg: Leg): { inputs: readonly [Field, Field]; computed: Field } {
  const order = [...new Set([...leg.edited, ...ORDER])];
  const [first, second, third] = order as [Field, Field, Field];
  return { inputs: [first, second], computed: third };
}

/** A market order counts one field only: the one written last. */
export const marketField = (leg: Leg): "amount" | "total" => (leg.edited.find((field) => field !== "price") === "total" ? "total" : "amount");

export const received = (side: Side, rules: MarketRules): string => (side === "BUY" ? rules.base : rules.quote);
export const paid = (side: Side, rules: MarketRules): string => (side === "BUY" ? rules.quote : rules.base);
