"use client";
import { useState } from "react";
import { ChevronIcon } from "@/components/ui/icons";
import { Dialog } from "@/components/ui/dialog";
import { MarketList } from "@/features/markets/ui/market-list";
import { MarketState, TickerChange, TickerFacts } from "@/features/markets/ui/ticker-bar";
import { LastPrice } from "@/features/trades/ui/last-price";
import { useMarkets } from "../../_shell/markets";
import { Panel } from "./panel";
import type { Screen } from "./use-screen";

export function TickerPanel({ screen }: { readonly screen: Screen }) {
  const { rules, tape } = screen;
  const markets = useMarkets();
  const [open, setOpen] = useState(false);
  return (
    <Panel area="ticker" label="Ticker" className="justify-center max-tablet:min-h-16">
      <div className="scroll-x flex items-center gap-6 px-4 max-tablet:justify-between">
        <button type="button" data-testid="market-switch" aria-haspopup="dialog" onClick={() => { setOpen(true); }} className="flex min-h-9 items-center gap-1.5 text-head hover:text-accent-text">
          <h1>{rules.base}<span className="text-text-3">/{rules.quote}</span></h1><ChevronIcon />
        </button>
        <MarketState rules={rules} />
        <span className="flex items-baseline gap-3"><LastPrice tape={tape} className="text-head" /><span className="tablet:hidden"><TickerChange rules={rules} /></span></span>
        <TickerFacts rules={rules} className="max-tablet:hidden" />
      </div>
      <Dialog open={open} onOpenChange={setOpen} title="Which market?"><MarketList markets={markets ?? []} current={rules.symbol} autoFocus onPick={() => { setOpen(false); }} /></Dialog>
    </Panel>
  );
}
