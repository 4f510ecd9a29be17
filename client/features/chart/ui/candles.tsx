"use client";
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/states";
import type { MarketRules } from "@/lib/markets/rules";
import { usePreferences } from "@/lib/preferences/preferences";
import { CandleFeed } from "../feed";
import type { Bar, Interval } from "../model";
import { ChartView, type OwnLine } from "../view";

interface CandlesProps { readonly rules: MarketRules; readonly interval: Interval; readonly lines: readonly OwnLine[] }

const MOVES: Record<string, (view: ChartView, big: boolean) => void> = {
  ArrowLeft: (view, big) => { view.scroll(big ? -10 : -1); },
  ArrowRight: (view, big) => { view.scroll(big ? 10 : 1); },
  End: (view) => { view.toNow(); },
  "+": (view) => { view.zoom(0.8); },
  "-": (view) => { view.zoom(1.25); },
};

const words = (bar: Bar | null): string => (bar ? `Bar of ${new Date(bar.time * 1_000).toISOString()}: open ${bar.open}, high ${bar.high}, low ${bar.low}, close ${bar.close}` : "No bar yet");

interface Mounted { readonly host: RefObject<HTMLDivElement | null>; readonly view: RefObject<ChartView | null>; readonly last: RefObject<Bar | null>; readonly failed: boolean }

/** One chart per market and interval: made, fed and removed together. */
function useChart(rules: MarketRules, interval: Interval, attempt: number): Mounted {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<ChartView | null>(null);
  const last = useRef<Bar | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!host.current) return;
    const chart = new ChartView(host.current, { priceDecimals: rules.price.decimals, seconds: interval === "1s", onEdge: () => { void feed.older(); } });
    const feed = new CandleFeed(rules.symbol, interval, {
      replace: (bars, first) => { last.current = bars[bars.length - 1] ?? null; setFailed(false); chart.setBars(bars, first); },
      update: (bar) => { last.current = bar; chart.update(bar); },
      failed: () => { setFailed(true); },
    });
    view.current = chart;
    const stop = feed.start();
    return () => { view.current = null; stop(); chart.remove(); };
  }, [rules, interval, attempt]);
  return { host, view, last, failed };
}

/** A change of theme or colours restyles the chart that is there; it is never made anew for that. */
function useChartLook(view: Mounted["view"], lines: readonly OwnLine[], chart: string): void {
  const look = usePreferences((state) => [state.theme, state.sides, state.up].join());
  const hollow = usePreferences((state) => state.hollowCandles);
  useEffect(() => {
    const restyle = () => { view.current?.restyle(hollow); };
    restyle();
    const media = window.matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", restyle);
    return () => { media.removeEventListener("change", restyle); };
  }, [view, look, hollow, chart]);
  useEffect(() => { view.current?.setLines(lines); }, [view, lines, look, chart]);
}

/** Loaded in its own chunk: the chart library is the heaviest thing on the page. */
export default function Candles({ rules, interval, lines }: CandlesProps) {
  const [attempt, setAttempt] = useState(0);
  const [spoken, setSpoken] = useState("");
  const { host, view, last, failed } = useChart(rules, interval, attempt);
  useChartLook(view, lines, `${rules.symbol} ${interval} ${attempt}`);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") { setSpoken(words(last.current)); return; }
    const move = MOVES[event.key];
    if (!move || !view.current || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    move(view.current, event.shiftKey);
  };
  return (
    <div className="relative min-h-0 flex-1">
      <div ref={host} data-slot="chart" data-testid="chart" role="application" aria-roledescription="chart" aria-label={`Candles of ${rules.base}/${rules.quote}, ${interval}. Arrow keys move, plus and minus zoom, Enter reads the last bar.`} tabIndex={0} onKeyDown={onKeyDown} className="absolute inset-0 [&_table]:text-micro" />
      <p className="sr-only" aria-live="polite">{spoken}</p>
      {failed && <div className="absolute inset-0 flex bg-surface-1"><ErrorState title="Candles could not be loaded." safe="Orders and balances are not affected." action={<Button onClick={() => { setAttempt(attempt + 1); }}>Try again</Button>} /></div>}
    </div>
  );
}
