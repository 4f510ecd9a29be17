"use client";
import { useState } from "react";
import { IconButton } from "@/components/ui/button";
import { CloseIcon } from "@/components/ui/icons";
import { EmptyState } from "@/components/ui/states";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { toProblem } from "@/lib/api/problem";
import { pairName } from "@/lib/markets/rules";
import { say } from "@/lib/notices/notices";
import { cancelOrder } from "../api";
import { sideWords, typeWords, type Order, type PendingOrder } from "../model";
import { filledPercent, isZero, showPrice, showSize, type RulesOf } from "../show";
import { LoadingRows, SideText, Status, Time } from "./cells";

const CANCEL_INERT_MS = 1_000;
const WORDS = { sending: "Sending…", checking: "Checking…", unknown: "Not confirmed" } as const;

function useCancel(order: Order, name: string): { busy: boolean; cancel: () => void } {
  const [busy, setBusy] = useState(false);
  const cancel = () => {
    setBusy(true);
    setTimeout(() => { setBusy(false); }, CANCEL_INERT_MS);
    cancelOrder(order).then(
      () => { say({ tone: "ok", title: "Order cancelled.", detail: name }); },
      (error: unknown) => { say({ tone: "error", title: "Order not cancelled.", detail: toProblem(error).message }); },
    );
  };
  return { busy, cancel };
}

function Row({ order, rulesOf }: { readonly order: Order; readonly rulesOf: RulesOf }) {
  const rules = rulesOf(order.symbol);
  const name = `${sideWords(order.side)} ${showSize(order.origQty, rules)} ${rules?.base ?? order.symbol} at ${showPrice(order.price, rules)}`;
  const { busy, cancel } = useCancel(order, name);
  const percent = filledPercent(order.executedQty, order.origQty, rules);
  return (
    <Tr data-testid="open-order" data-order-id={order.orderId} data-client-id={order.clientOrderId}>
      <Td className="max-tablet:hidden"><Time ms={order.time} /></Td>
      <Td className="font-medium">{rules ? pairName(rules) : order.symbol}</Td>
      <Td><SideText side={order.side} /></Td>
      <Td className="max-tablet:hidden">{typeWords(order.type)} <span className="text-text-3">{order.timeInForce}</span></Td>
      <Td numeric>{isZero(order.price) ? "Market" : showPrice(order.price, rules)}</Td>
      <Td numeric>{showSize(order.origQty, rules)}</Td>
      <Td numeric className="max-tablet:hidden">{showSize(order.executedQty, rules)} <span className="text-text-3">{percent} %</span></Td>
      <Td className="max-desktop:hidden"><Status status={order.status} /></Td>
      <Td numeric className="pr-4"><IconButton label={`Cancel order ${name}`} data-testid="cancel-order" disabled={busy} onClick={cancel} className="size-7"><CloseIcon /></IconButton></Td>
    </Tr>
  );
}

function PendingRow({ order, rulesOf }: { readonly order: PendingOrder; readonly rulesOf: RulesOf }) {
  const rules = rulesOf(order.symbol);
  return (
    <Tr data-testid="pending-order" data-client-id={order.clientId} className="italic">
      <Td className="max-tablet:hidden"><Time ms={order.at} /></Td>
      <Td>{rules ? pairName(rules) : order.symbol}</Td>
      <Td><SideText side={order.side} /></Td>
      <Td className="max-tablet:hidden">{typeWords(order.type)}</Td>
      <Td numeric>{order.price === null ? "Market" : showPrice(order.price, rules)}</Td>
      <Td numeric>{order.quantity === null ? "–" : showSize(order.quantity, rules)}</Td>
      <Td colSpan={3} className="text-warn">{WORDS[order.state]}{order.state === "unknown" && <span className="ml-2 font-mono text-micro not-italic">{order.clientId}</span>}</Td>
    </Tr>
  );
}

export function OpenOrders({ orders, pending, rulesOf }: { readonly orders: readonly Order[] | null; readonly pending: readonly PendingOrder[]; readonly rulesOf: RulesOf }) {
  if (orders?.length === 0 && pending.length === 0) return <EmptyState>No open orders. Orders you place appear here.</EmptyState>;
  return (
    <div className="scroll min-h-0 flex-1">
      <Table label="Open orders" data-testid="open-orders">
        <thead><tr><Th className="max-tablet:hidden">Time</Th><Th>Market</Th><Th>Side</Th><Th className="max-tablet:hidden">Type</Th><Th numeric>Price</Th><Th numeric>Amount</Th><Th numeric className="max-tablet:hidden">Filled</Th><Th className="max-desktop:hidden">Status</Th><Th numeric><span className="sr-only">Cancel</span></Th></tr></thead>
        <tbody>
          {pending.map((order) => <PendingRow key={order.clientId} order={order} rulesOf={rulesOf} />)}
          {orders === null ? <LoadingRows columns={6} /> : orders.map((order) => <Row key={order.orderId} order={order} rulesOf={rulesOf} />)}
        </tbody>
      </Table>
    </div>
  );
}
