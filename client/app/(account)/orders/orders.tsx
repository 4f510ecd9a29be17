"use client";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { Choice } from "@/components/ui/menu";
import { Tabs } from "@/components/ui/tabs";
import { useOpenOrders, usePendingOrders } from "@/features/orders/store";
import { CancelAll } from "@/features/orders/ui/cancel-all";
import { OrderHistory, TradeHistory } from "@/features/orders/ui/history";
import { OpenOrders } from "@/features/orders/ui/open-orders";
import { useClosedOrders, useOwnTrades } from "@/features/orders/use-history";
import { pairName, type MarketRules } from "@/lib/markets/rules";
import { useUrlState } from "@/lib/react/use-url-state";
import { useMarkets, useRulesOf } from "../../_shell/markets";

const NONE: readonly MarketRules[] = [];
const TABS = ["open", "history", "trades"] as const;
type Side = "all" | "BUY" | "SELL";
const SIDES: { value: Side; label: string }[] = [{ value: "all", label: "Both sides" }, { value: "BUY", label: "Buy" }, { value: "SELL", label: "Sell" }];

interface ListProps { readonly symbols: readonly string[]; readonly side: Side }

function Open({ symbol, side }: { readonly symbol: string | null; readonly side: Side }) {
  const open = useOpenOrders(symbol);
  const pending = usePendingOrders();
  const [asking, setAsking] = useState(false);
  const shown = open && (side === "all" ? open : open.filter((order) => order.side === side));
  return (
    <>
      <div className="flex justify-end p-2"><Button kind="quiet" disabled={(open?.length ?? 0) === 0} onClick={() => { setAsking(true); }}>Cancel all</Button></div>
      <OpenOrders orders={shown} pending={pending} rulesOf={useRulesOf()} />
      <CancelAll open={asking} onOpenChange={setAsking} symbols={[...new Set((open ?? []).map((order) => order.symbol))]} count={open?.length ?? 0} where={symbol ?? "all markets"} />
    </>
  );
}

function History({ symbols, side }: ListProps) {
  const history = useClosedOrders(symbols);
  const rows = history.rows && (side === "all" ? history.rows : history.rows.filter((order) => order.side === side));
  return <OrderHistory history={{ ...history, rows }} rulesOf={useRulesOf()} />;
}

function Trades({ symbols, side }: ListProps) {
  const history = useOwnTrades(symbols);
  const rows = history.rows && (side === "all" ? history.rows : history.rows.filter((trade) => trade.isBuyer === (side === "BUY")));
  return <TradeHistory history={{ ...history, rows }} rulesOf={useRulesOf()} />;
}

export function Orders() {
  const markets = useMarkets() ?? NONE;
  const [wantedTab, setTab] = useUrlState("tab");
  const [market, setMarket] = useUrlState("market");
  const [wantedSide, setSide] = useUrlState("side");
  const tab = TABS.find((one) => one === wantedTab) ?? "open";
  const side = SIDES.find((one) => one.value === wantedSide)?.value ?? "all";
  const chosen = markets.find((one) => one.symbol === market)?.symbol ?? null;
  const symbols = useMemo(() => (chosen === null ? markets.map((one) => one.symbol) : [chosen]), [markets, chosen]);
  const options = [{ value: "all", label: "All markets" }, ...markets.map((one) => ({ value: one.symbol, label: pairName(one) }))];
  const filters = <span className="flex gap-2 pr-2"><Choice label="Market" value={chosen ?? "all"} options={options} onChange={setMarket} className="h-7!" /><Choice label="Side" value={side} options={SIDES} onChange={setSide} className="h-7! max-tablet:hidden" /></span>;
  return (
    <div className="min-h-96 rounded-card border border-line bg-surface-1">
      <Tabs label="Orders" value={tab} onChange={setTab} aside={filters} tabs={[
        { value: "open", label: "Open", content: tab === "open" && <Open symbol={chosen} side={side} /> },
        { value: "history", label: "History", content: tab === "history" && symbols.length > 0 && <History symbols={symbols} side={side} /> },
        { value: "trades", label: "Trades", content: tab === "trades" && symbols.length > 0 && <Trades symbols={symbols} side={side} /> },
      ]} />
    </div>
  );
}
