/** Every attempt ends in a stated result: in the table, as a toast, and in the list of notices. */
import type { Attempt } from "@/features/order-entry/use-form";
import type { PlacedOrder } from "@/features/order-entry/submit";
import { orderStore } from "@/features/orders/store";
import { averagePrice, showPrice, showSize } from "@/features/orders/show";
import type { MarketRules } from "@/lib/markets/rules";
import { say } from "@/lib/notices/notices";
import { privateDataChanged } from "@/lib/private/polling";

function accepted(order: PlacedOrder, attempt: Attempt, rules: MarketRules): void {
  const { request } = attempt;
  const size = showSize(order.executedQty, rules);
  const average = averagePrice(order.executedQty, order.cummulativeQuoteQty, rules);
  const verb = request.side === "BUY" ? "Bought" : "Sold";
  const asked = request.quantity === undefined ? "" : ` of ${showSize(request.quantity, rules)}`;
  const what = `${size}${asked} ${rules.base} at ${average}`;
  if (order.status === "FILLED") say({ id: attempt.clientId, tone: "ok", title: "Order filled.", detail: `${verb} ${what}.` });
  else if (order.status === "PARTIALLY_FILLED") say({ id: attempt.clientId, tone: "ok", title: "Order partly filled, the rest is open.", detail: `${verb} ${what}.` });
  else if (order.status === "NEW") say({ id: attempt.clientId, tone: "ok", title: "Order accepted.", detail: `${request.side === "BUY" ? "Buy" : "Sell"} ${request.quantity === undefined ? "" : showSize(request.quantity, rules)} ${rules.base} at ${request.price === undefined ? "market" : showPrice(request.price, rules)}.` });
  else say({ id: attempt.clientId, tone: "info", title: `Order ended: ${order.status.toLowerCase().replaceAll("_", " ")}.`, detail: average === "–" ? "Nothing was traded." : `${verb} ${what}.` });
}

export function tell(attempt: Attempt, rules: MarketRules): void {
  const { clientId, request, state } = attempt;
  const pending = { clientId, symbol: request.symbol, side: request.side, type: request.type, price: request.price ?? null, quantity: request.quantity ?? null, at: Date.now() };
  if (state === "sending") { orderStore.setPending({ ...pending, state }); return; }
  if (state === "checking") {
    orderStore.setPending({ ...pending, state });
    say({ id: clientId, tone: "info", title: "We could not confirm this order.", detail: "It may have been accepted. Checking…" });
    return;
  }
  privateDataChanged();
  if (state.kind === "unknown") {
    orderStore.setPending({ ...pending, state: "unknown" });
    say({ id: clientId, tone: "error", title: "This order is not confirmed.", detail: `We found no order with this id. Look at your open orders before you try again, or ask us, id ${clientId}.` });
    return;
  }
  orderStore.settle(clientId);
  if (state.kind === "accepted") accepted(state.order, attempt, rules);
  else say({ id: clientId, tone: "error", title: "Order rejected.", detail: state.text });
}
