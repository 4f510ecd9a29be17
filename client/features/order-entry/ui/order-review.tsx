"use client";
import { Confirm } from "@/components/ui/dialog";
import { pairName, showPrice, showQty, type MarketRules } from "@/lib/markets/rules";
import { formatShort } from "@/lib/money/format";
import type { OrderForm } from "../use-form";

/** Why this order deserves a second look, in the first line; then what would be sent. */
export function OrderReview({ form, rules }: { readonly form: OrderForm; readonly rules: MarketRules }) {
  const { review, draft } = form;
  const found = review?.check;
  const verb = review?.side === "SELL" ? "Sell" : "Buy";
  const facts: [string, string][] = [
    ["Market", pairName(rules)],
    ["Type", draft.type === "MARKET" ? "Market" : draft.postOnly ? "Limit, post only" : `Limit, ${draft.timeInForce}`],
    ...(found?.price ? [["Price", `${showPrice(found.price, rules)} ${rules.quote}`] as [string, string]] : []),
    ...(found?.quantity ? [["Amount", `${showQty(found.quantity, rules)} ${rules.base}`] as [string, string]] : []),
    ...(found?.total ? [["Total", `${formatShort(found.total, rules.quoteDecimals, 2)} ${rules.quote}`] as [string, string]] : []),
    ...(found?.estimate && draft.type === "MARKET" ? [["Estimated average", `≈ ${showPrice(found.estimate.average, rules)} ${rules.quote}`] as [string, string]] : []),
  ];
  return (
    <Confirm open={review !== null} onOpenChange={(open) => { if (!open) form.dismiss(); }} title={`${verb} ${rules.base} with this order?`} act={`${verb} ${rules.base}`} kind={verb === "Buy" ? "buy" : "sell"} onAct={form.confirm}>
      <ul className="flex flex-col gap-1">{found?.reasons.map((reason) => <li key={reason} className="text-warn">{reason}</li>)}</ul>
      <dl className="num grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-data">
        {facts.map(([name, value]) => <div key={name} className="contents"><dt className="text-text-3">{name}</dt><dd className="text-right text-text-1">{value}</dd></div>)}
      </dl>
    </Confirm>
  );
}
