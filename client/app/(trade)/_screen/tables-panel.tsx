"use client";
import Link from "next/link";
import { useMemo } from "react";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/controls";
import { EmptyState } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { BalancesTable } from "@/features/balances/ui/balances-table";
import { usePendingOrders } from "@/features/orders/store";
import { CancelAll } from "@/features/orders/ui/cancel-all";
import { OrderHistory, TradeHistory } from "@/features/orders/ui/history";
import { OpenOrders } from "@/features/orders/ui/open-orders";
import { useClosedOrders, useOwnTrades } from "@/features/orders/use-history";
import { useSession } from "@/lib/react/use-session";
import { pairName } from "@/lib/markets/rules";
import { useMarkets, useRulesOf } from "../../_shell/markets";
import { Panel } from "./panel";
import type { Screen } from "./use-screen";

export const TABLE_TABS = ["open", "history", "trades", "balances"] as const;
export type TableTab = (typeof TABLE_TABS)[number];

function History({ symbols }: { readonly symbols: readonly string[] }) {
  return <OrderHistory history={useClosedOrders(symbols)} rulesOf={useRulesOf()} />;
}

function Trades({ symbols }: { readonly symbols: readonly string[] }) {
  return <TradeHistory history={useOwnTrades(symbols)} rulesOf={useRulesOf()} />;
}

interface TablesProps { readonly screen: Screen; readonly tab: TableTab; readonly onTab: (tab: TableTab) => void; readonly cancelling: boolean; readonly onCancelling: (open: boolean) => void }

function OwnTables({ screen, tab, onTab, cancelling, onCancelling }: TablesProps) {
  const { rules, open, balances, allMarkets } = screen;
  const markets = useMarkets();
  const rulesOf = useRulesOf();
  const pending = usePendingOrders();
  const symbols = useMemo(() => (allMarkets ? (markets ?? []).map((one) => one.symbol) : [rules.symbol]), [allMarkets, markets, rules.symbol]);
  const count = open?.length ?? 0;
  const held = [...new Set((open ?? []).map((order) => order.symbol))];
  const aside = (
    <span className="flex items-center gap-3 pr-4 max-tablet:hidden">
      <Checkbox checked={!allMarkets} onChange={(only) => { screen.setAllMarkets(!only); }}>This market only</Checkbox>
      <Button kind="quiet" className="h-7!" disabled={count === 0} onClick={() => { onCancelling(true); }}>Cancel all</Button>
    </span>
  );
  return (
    <>
      <Tabs label="Orders and balances" value={tab} onChange={onTab} aside={aside} tabs={[
        { value: "open", label: `Open orders (${count})`, content: tab === "open" && <OpenOrders orders={open} pending={pending} rulesOf={rulesOf} /> },
        { value: "history", label: "Order history", content: tab === "history" && <History symbols={symbols} /> },
        { value: "trades", label: "Trades", content: tab === "trades" && <Trades symbols={symbols} /> },
        { value: "balances", label: "Balances", content: tab === "balances" && <div className="scroll min-h-0 flex-1"><BalancesTable balances={balances} /></div> },
      ]} />
      <CancelAll open={cancelling} onOpenChange={onCancelling} symbols={held} count={count} where={allMarkets ? "all markets" : pairName(rules)} />
    </>
  );
}

export function TablesPanel(props: TablesProps) {
  const status = useSession((state) => state.status);
  return (
    <Panel area="tables" label="Orders and balances">
      {status === "signed-in" ? <OwnTables {...props} />
        : <EmptyState action={status === "signed-out" && <span className="flex gap-2"><Button asChild kind="outline"><Link href="/login">Sign in</Link></Button><Button asChild kind="primary"><Link href="/signup">Open an account</Link></Button></span>}>{status === "signed-out" ? "Your orders, trades and balances appear here." : ""}</EmptyState>}
    </Panel>
  );
}
