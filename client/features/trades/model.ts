/** The market's last trades: newest first, at most two hundred. */
import type { MarketRules } from "@/lib/markets/rules";
import { parseSafe } from "@/lib/money/parse";

export const TAPE_MAX = 200;

export interface TapeTrade {
  readonly id: number;
  /** Price and quantity in units of the market's decimals. */
  readonly price: number;
  readonly quantity: number;
  readonly time: number;
  /** Who took: the aggressor's side. */
  readonly side: "BUY" | "SELL";
}

export interface WireRestTrade { readonly id: number; readonly price: string; readonly qty: string; readonly time: number; readonly isBuyerMaker: boolean }
export interface WireStreamTrade { readonly t: number; readonly p: string; readonly q: string; readonly T: number; readonly m: boolean }

export function readTrade(wire: WireStreamTrade, rules: MarketRules): TapeTrade | null {
  const price = parseSafe(wire.p, rules.price.decimals);
  const quantity = parseSafe(wire.q, rules.quantity.decimals);
  if (price <= 0 || quantity <= 0) return null;
  return { id: wire.t, price, quantity, time: wire.T, side: wire.m ? "SELL" : "BUY" };
}

export const fromRest = (wire: WireRestTrade, rules: MarketRules): TapeTrade | null =>
  readTrade({ t: wire.id, p: wire.price, q: wire.qty, T: wire.time, m: wire.isBuyerMaker }, rules);

/** Puts trades in front, drops what is already there or too old. */
export function merge(tape: readonly TapeTrade[], more: readonly TapeTrade[]): TapeTrade[] {
  const known = new Set(tape.map((trade) => trade.id));
  return [...more.filter((trade) => !known.has(trade.id)), ...tape].sort((a, b) => b.id - a.id).slice(0, TAPE_MAX);
}
