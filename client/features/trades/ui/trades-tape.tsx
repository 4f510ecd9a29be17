"use client";
import { useEffect, useRef } from "react";
import { frames } from "@/lib/live";
import type { MarketRules } from "@/lib/markets/rules";
import type { LiveTape } from "../live";
import { TAPE_MAX } from "../model";
import { TapePainter } from "../painter";

const TAPE_RATE = 15;
const TAPE_PRIORITY = 4;

export function TradesTape({ rules, tape }: { readonly rules: MarketRules; readonly tape: LiveTape | null }) {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = container.current;
    if (!element || !tape) return;
    const painter = new TapePainter(element, tape);
    const handle = frames().register({ priority: TAPE_PRIORITY, rate: TAPE_RATE, paint: () => { painter.paint(); } });
    const resize = new ResizeObserver(() => { painter.resize(Math.min(TAPE_MAX, Math.ceil(element.clientHeight / (parseInt(getComputedStyle(element).lineHeight, 10) || 20)))); });
    resize.observe(element);
    const stop = tape.subscribe(() => { handle.invalidate(); });
    return () => { stop(); resize.disconnect(); handle.dispose(); painter.resize(0); };
  }, [tape]);
  return (
    <div role="table" aria-label="Recent trades" data-testid="trades-tape" data-slot="trades-tape" className="flex min-h-0 flex-1 flex-col">
      <div role="row" className="tape-row tape-head">
        <span role="columnheader" className="s">Side</span><span role="columnheader" className="p">Price ({rules.quote})</span><span role="columnheader" className="q">Size ({rules.base})</span><span role="columnheader" className="w">Time</span>
      </div>
      <div ref={container} role="rowgroup" className="tape" />
    </div>
  );
}
