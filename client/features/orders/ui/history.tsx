"use client";
import { EmptyState, ErrorState } from "@/components/ui/states";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { pairName } from "@/lib/markets/rules";
import { typeWords, type Order, type OwnTrade } from "../model";
import { averagePrice, isZero, showPrice, showQuote, showSize, type RulesOf } from "../show";
import type { Loaded } from "../use-history";
import { LoadingRows, SideText, Status, Time } from "./cells";

const FAILED = <ErrorState title="History could not be loaded." safe="Your orders and balances are not affected. We try again by ourselves." />;

function OrderRow({ order, rulesOf }: { readonly order: Order; readonly rulesOf: RulesOf }) {
  const rules = rulesOf(order.symbol);
  return (
    <Tr data-testid="history-order" data-order-id={order.orderId} data-client-id={order.clientOrderId}>
      <Td><Time ms={order.time} /></Td>
      <Td className="font-medium">{rules ? pairName(rules) : order.symbol}</Td>
      <Td><SideText side={order.side} /></Td>
      <Td className="max-tablet:hidden">{typeWords(order.type)}</Td>
      <Td numeric className="max-tablet:hidden">{isZero(order.price) ? "Market" : showPrice(order.price, rules)}</Td>
      <Td numeric>{averagePrice(order.executedQty, order.cummulativeQuoteQty, rules)}</Td>
      <Td numeric>{showSize(order.executedQty, rules)}{!isZero(order.origQty) && <span className="text-text-3"> / {showSize(order.origQty, rules)}</span>}</Td>
      <Td numeric className="max-desktop:hidden">{showQuote(order.cummulativeQuoteQty, rules)} <span className="text-text-3">{rules?.quote}</span></Td>
      <Td><Status status={order.status} /></Td>
    </Tr>
  );
}

export function OrderHistory({ history, rulesOf }: { readonly history: Loaded<Order>; readonly rulesOf: RulesOf }) {
  if (history.failed) return FAILED;
  if (history.rows?.length === 0) return <EmptyState>No order history. Filled and cancelled orders appear here.</EmptyState>;
  return (
    <div className="scroll min-h-0 flex-1">
      <Table label="Order history" data-testid="order-history">
        <thead><tr><Th>Time</Th><Th>Market</Th><Th>Side</Th><Th className="max-tablet:hidden">Type</Th><Th numeric className="max-tablet:hidden">Price</Th><Th numeric>Average</Th><Th numeric>Filled</Th><Th numeric className="max-desktop:hidden">Total</Th><Th>Status</Th></tr></thead>
        <tbody>{history.rows === null ? <LoadingRows columns={7} /> : history.rows.map((order) => <OrderRow key={`${order.symbol}-${order.orderId}`} order={order} rulesOf={rulesOf} />)}</tbody>
      </Table>
    </div>
  );
}

function TradeRow({ trade, rulesOf }: { readonly trade: OwnTrade; readonly rulesOf: RulesOf }) {
  const rules = rulesOf(trade.symbol);
  return (
    <Tr data-testid="own-trade" data-order-id={trade.orderId}>
      <Td><Time ms={trade.time} /></Td>
      <Td className="font-medium">{rules ? pairName(rules) : trade.symbol}</Td>
      <Td><SideText side={trade.isBuyer ? "BUY" : "SELL"} /></Td>
      <Td numeric>{showPrice(trade.price, rules)}</Td>
      <Td numeric>{showSize(trade.qty, rules)}</Td>
      <Td numeric className="max-tablet:hidden">{showQuote(trade.quoteQty, rules)} <span className="text-text-3">{rules?.quote}</span></Td>
      <Td numeric className="max-tablet:hidden">{trade.commission} <span className="text-text-3">{trade.commissionAsset}</span></Td>
      <Td className="max-tablet:hidden">{trade.isMaker ? "Maker" : "Taker"}</Td>
    </Tr>
  );
}

export function TradeHistory({ history, rulesOf }: { readonly history: Loaded<OwnTrade>; readonly rulesOf: RulesOf }) {
  if (history.failed) return FAILED;
  if (history.rows?.length === 0) return <EmptyState>No trades. Every fill of your orders appears here.</EmptyState>;
  return (
    <div className="scroll min-h-0 flex-1">
      <Table label="Trades" data-testid="own-trades">
        <thead><tr><Th>Time</Th><Th>Market</Th><Th>Side</Th><Th numeric>Price</Th><Th numeric>Amount</Th><Th numeric className="max-tablet:hidden">Total</Th><Th numeric className="max-tablet:hidden">Fee</Th><Th className="max-tablet:hidden">Role</Th></tr></thead>
        <tbody>{history.rows === null ? <LoadingRows columns={5} /> : history.rows.map((trade) => <TradeRow key={`${trade.symbol}-${trade.id}-${trade.orderId}`} trade={trade} rulesOf={rulesOf} />)}</tbody>
      </Table>
    </div>
  );
}
