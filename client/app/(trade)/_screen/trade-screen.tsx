"use client";
import { useMemo, useRef, useState } from "react";
import { IconButton } from "@/components/ui/button";
import { ExpandIcon } from "@/components/ui/icons";
import { PanelTabs } from "@/components/ui/tabs";
import { isInterval } from "@/features/chart/model";
import { Grouping } from "@/features/book/ui/book-head";
import { ChartPanel, ownLine } from "@/features/chart/ui/chart-panel";
import { MarketList } from "@/features/markets/ui/market-list";
import { TickerFacts } from "@/features/markets/ui/ticker-bar";
import { sideWords } from "@/features/orders/model";
import { readPrice } from "@/features/order-entry/linked";
import type { MarketRules } from "@/lib/markets/rules";
import { Header } from "../../_shell/header";
import { useMarkets } from "../../_shell/markets";
import { StatusBar } from "../../_shell/status-bar";
import { BookPanel, TradesPanel } from "./book-panel";
import { FormPanel, PhoneActions } from "./form-panel";
import { Panel } from "./panel";
import { TABLE_TABS, TablesPanel, type TableTab } from "./tables-panel";
import { TickerPanel } from "./ticker-panel";
import { useScreen, type Screen } from "./use-screen";
import { useTradeKeys } from "./use-trade-keys";
import { useUrlState } from "@/lib/react/use-url-state";

const DESKTOP = [{ value: "book", label: "Book" }, { value: "trades", label: "Trades" }] as const;
const TABLET = [{ value: "order", label: "Order" }, ...DESKTOP] as const;
const PHONE = [{ value: "chart", label: "Chart" }, ...DESKTOP, { value: "facts", label: "Info" }] as const;

type Shown = { phone: (typeof PHONE)[number]["value"]; tablet: (typeof TABLET)[number]["value"]; desktop: (typeof DESKTOP)[number]["value"] };

/** Own open orders of this market as lines on the chart. */
function useLines({ open, rules }: Screen) {
  return useMemo(() => (open ?? []).flatMap((order) => {
    const price = order.symbol === rules.symbol ? readPrice(order.price, rules) : null;
    return price === null ? [] : [ownLine(String(order.orderId), price, order.side === "BUY", sideWords(order.side), rules)];
  }), [open, rules]);
}

function PanelSwitches({ screen, shown, show }: { readonly screen: Screen; readonly shown: Shown; readonly show: (change: Partial<Shown>) => void }) {
  const { rules, group, groups, setGroup } = screen;
  return (
    <div data-area="tabs" className="flex items-stretch border-b border-line">
      <PanelTabs className="only-phone flex-1 justify-around" label="Panels" value={shown.phone} tabs={PHONE} onChange={(phone) => { show({ phone }); }} />
      <PanelTabs className="only-tablet" label="Panels" value={shown.tablet} tabs={TABLET} onChange={(tablet) => { show({ tablet }); }} />
      <PanelTabs className="only-desktop flex-1" label="Panels" value={shown.desktop} tabs={DESKTOP} onChange={(desktop) => { show({ desktop }); }} />
      {shown.desktop === "book" && <span className="only-desktop items-center pr-1"><Grouping rules={rules} group={group} groups={groups} onGroup={setGroup} /></span>}
    </div>
  );
}

export function TradeScreen({ rules }: { readonly rules: MarketRules }) {
  const screen = useScreen(rules);
  const markets = useMarkets();
  const [wantedInterval, setInterval] = useUrlState("interval");
  const [wantedTab, setTab] = useUrlState("tab");
  const [shown, setShown] = useState<Shown>({ phone: "chart", tablet: "order", desktop: "book" });
  const [cancelling, setCancelling] = useState(false);
  const chart = useRef<HTMLDivElement>(null);
  const interval = isInterval(wantedInterval) ? wantedInterval : "1m";
  const tab: TableTab = TABLE_TABS.find((one) => one === wantedTab) ?? "open";
  const fullChart = () => { void (document.fullscreenElement ? document.exitFullscreen() : chart.current?.requestFullscreen()); };
  const show = (change: Partial<Shown>) => { setShown((before) => ({ ...before, ...change })); };
  useTradeKeys(screen, {
    onInterval: setInterval, onOpenOrders: () => { setTab("open"); }, onCancelAll: () => { if ((screen.open?.length ?? 0) > 0) setCancelling(true); }, onShowForm: () => { show({ tablet: "order" }); }, onFullChart: fullChart,
  });
  const lines = useLines(screen);
  return (
    <div className="trade" data-phone={shown.phone} data-tablet={shown.tablet} data-desktop={shown.desktop} data-testid="trade">
      <Header />
      <TickerPanel screen={screen} />
      <Panel area="markets" label="Markets"><MarketList markets={markets ?? []} current={rules.symbol} /></Panel>
      <PanelSwitches screen={screen} shown={shown} show={show} />
      <Panel area="chart" label="Chart"><div ref={chart} className="flex min-h-0 flex-1 flex-col bg-surface-1"><ChartPanel rules={rules} interval={interval} onInterval={setInterval} lines={lines} aside={<IconButton label="Chart full screen" onClick={fullChart}><ExpandIcon /></IconButton>} /></div></Panel>
      <BookPanel screen={screen} />
      <TradesPanel screen={screen} />
      <section data-area="facts" aria-label="Market facts" className="p-4"><TickerFacts rules={rules} className="grid grid-cols-2 gap-4" /></section>
      <FormPanel screen={screen} />
      <TablesPanel screen={screen} tab={tab} onTab={setTab} cancelling={cancelling} onCancelling={setCancelling} />
      <StatusBar link={screen.link} />
      <PhoneActions screen={screen} />
    </div>
  );
}
