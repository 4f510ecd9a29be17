"use client";
import dynamic from "next/dynamic";
import { Segmented } from "@/components/ui/controls";
import { Skeleton } from "@/components/ui/states";
import type { MarketRules } from "@/lib/markets/rules";
import { plainOnGrid } from "@/lib/money/format";
import type { PriceTicks } from "@/lib/money/units";
import { INTERVALS, type Interval } from "../model";
import type { OwnLine } from "../view";

const Candles = dynamic(() => import("./candles"), { ssr: false, loading: () => <ChartSkeleton /> });

function ChartSkeleton() {
  return <div aria-hidden className="flex min-h-0 flex-1 items-end gap-2 overflow-hidden p-6">{Array.from({ length: 40 }, (_, index) => <Skeleton key={index} className={["h-16", "h-24", "h-20", "h-32", "h-28"][index % 5] + " w-2 shrink-0"} />)}</div>;
}

/** Ticks → the chart's float, in one place. */
export const ownLine = (id: string, price: PriceTicks, buy: boolean, title: string, rules: MarketRules): OwnLine => ({ id, price: Number(plainOnGrid(price, rules.price)), buy, title });

export function ChartPanel({ rules, interval, onInterval, lines, aside }: { readonly rules: MarketRules; readonly interval: Interval; readonly onInterval: (interval: Interval) => void; readonly lines: readonly OwnLine[]; readonly aside?: React.ReactNode }) {
  return (
    <>
      <div className="flex h-9 shrink-0 items-center justify-between border-b border-line px-2">
        <h2 className="sr-only">Chart</h2>
        <Segmented quiet label="Candle interval" value={interval} options={INTERVALS.map((value) => ({ value, label: value }))} onChange={onInterval} />
        {aside}
      </div>
      <Candles rules={rules} interval={interval} lines={lines} />
    </>
  );
}
