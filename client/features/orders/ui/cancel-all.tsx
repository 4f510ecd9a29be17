"use client";
import { Confirm } from "@/components/ui/dialog";
import { toProblem } from "@/lib/api/problem";
import { say } from "@/lib/notices/notices";
import { cancelAll } from "../api";

interface CancelAllProps { readonly open: boolean; readonly onOpenChange: (open: boolean) => void; readonly symbols: readonly string[]; readonly count: number; readonly where: string }

/** Asks with the count and the market, then cancels market by market. */
export function CancelAll({ open, onOpenChange, symbols, count, where }: CancelAllProps) {
  const act = () => {
    Promise.all(symbols.map((symbol) => cancelAll(symbol))).then(
      (counts) => { const sum = counts.reduce((all, one) => all + one, 0); say({ tone: "ok", title: `${sum} ${sum === 1 ? "order" : "orders"} cancelled.`, detail: where }); },
      (error: unknown) => { say({ tone: "error", title: "Not every order was cancelled.", detail: toProblem(error).message }); },
    );
  };
  return (
    <Confirm open={open} onOpenChange={onOpenChange} title={`Cancel ${count} open ${count === 1 ? "order" : "orders"} on ${where}?`} act="Cancel orders" kind="danger" onAct={act}>
      <p>What is held for {count === 1 ? "it" : "them"} becomes available again. Orders that fill before the cancel arrives stay filled.</p>
    </Confirm>
  );
}
