"use client";
import { INTERVALS, type Interval } from "@/features/chart/model";
import { changeType, percent } from "@/features/order-entry/linked";
import type { Draft, OrderType, Side } from "@/features/order-entry/model";
import { useDrafts } from "@/features/order-entry/store";
import type { Shortcut } from "@/lib/keys/shortcuts";
import { useShortcuts } from "@/lib/react/use-shortcuts";
import type { Screen } from "./use-screen";

export interface ScreenActs {
  readonly onInterval: (interval: Interval) => void;
  readonly onOpenOrders: () => void;
  readonly onCancelAll: () => void;
  readonly onShowForm: () => void;
  readonly onFullChart: () => void;
}

function focusField(field: "price" | "amount", side?: Side): void {
  setTimeout(() => {
    const scope = side === undefined ? "#order-form" : `#order-form [data-of=${side}]`;
    const visible = (selector: string) => [...document.querySelectorAll<HTMLInputElement>(selector)].find((one) => one.offsetParent !== null);
    // A market order has no price: the next thing to write is the amount.
    const input = (field === "price" ? visible("#order-form input[data-field=price]") : undefined) ?? visible(`${scope} input[data-field=amount]`);
    input?.focus();
    input?.select();
  }, 0);
}

/** The keys of the trading screen. None of them ever sends an order. */
export function useTradeKeys(screen: Screen, acts: ScreenActs): void {
  const { rules, form } = screen;
  const change = (alter: (draft: Draft) => Draft) => { acts.onShowForm(); useDrafts.getState().change(rules.symbol, alter); };
  const side = () => useDrafts.getState().drafts[rules.symbol]?.side ?? "BUY";
  const toSide = (next: Side) => { change((draft) => ({ ...draft, side: next })); focusField("price", next); };
  const toType = (type: OrderType) => { change((draft) => changeType(draft, type, rules)); };
  const shares: Shortcut[] = [25, 50, 75, 100].map((share, index) => ({
    keys: `Alt+${index + 1}`, label: `${share} % of available`, everywhere: true, act: () => { change((draft) => percent(draft, draft.side, share, form.funds, rules)); },
  }));
  const intervals: Shortcut[] = INTERVALS.map((interval, index) => ({ keys: String(index + 1), label: `Candles of ${interval}`, act: () => { acts.onInterval(interval); } }));
  useShortcuts([
    { keys: "b", label: "Buy, focus price", act: () => { toSide("BUY"); } },
    { keys: "s", label: "Sell, focus price", act: () => { toSide("SELL"); } },
    { keys: "p", label: "Focus price", act: () => { acts.onShowForm(); focusField("price"); } },
    { keys: "a", label: "Focus amount", act: () => { acts.onShowForm(); focusField("amount", side()); } },
    { keys: "l", label: "Limit order", act: () => { toType("LIMIT"); } },
    { keys: "m", label: "Market order", act: () => { toType("MARKET"); } },
    ...shares,
    { keys: "o", label: "Open orders", act: acts.onOpenOrders },
    { keys: "Shift+X", label: "Cancel all (asks)", act: acts.onCancelAll },
    { keys: "[", label: "Finer book", act: () => { screen.stepGroup(-1); } },
    { keys: "]", label: "Coarser book", act: () => { screen.stepGroup(1); } },
    { keys: "0", label: "Focus the book at its middle", act: () => { document.querySelector<HTMLElement>("[data-testid=order-book]")?.focus(); } },
    ...intervals,
    { keys: "f", label: "Chart full screen", act: acts.onFullChart },
  ]);
}
