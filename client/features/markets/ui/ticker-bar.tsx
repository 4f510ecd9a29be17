"use client";
import type { ReactNode } from "react";
import { classes } from "@/components/ui/classes";
import { Badge, Skeleton } from "@/components/ui/states";
import { isTrading, type MarketRules } from "@/lib/markets/rules";
import { formatCompact, formatUnits } from "@/lib/money/format";
import { QUOTE_SHOWN_DECIMALS } from "../model";
import { useTicker } from "../store";
import { Change } from "./figures";

function Fact({ label, children, className }: { readonly label: string; readonly children: ReactNode; readonly className?: string }) {
  return (
    <div className={classes("flex flex-col", className)}>
      <dt className="text-micro text-text-3">{label}</dt>
      <dd className="num text-book leading-4">{children}</dd>
    </div>
  );
}

/** The facts of 24 hours; `compact` leaves only the change. */
export function TickerFacts({ rules, className }: { readonly rules: MarketRules; readonly className?: string }) {
  const ticker = useTicker(rules);
  const price = (units: bigint | undefined) => (units === undefined ? <Skeleton className="w-16" /> : formatUnits(units, rules.price.decimals));
  return (
    <dl data-slot="ticker-facts" className={classes("flex items-center gap-6", className)}>
      <Fact label="24h change">{ticker ? <Change hundredths={ticker.change} /> : <Skeleton className="w-14" />}</Fact>
      <Fact label="24h high">{price(ticker?.high)}</Fact>
      <Fact label="24h low">{price(ticker?.low)}</Fact>
      <Fact label={`24h volume (${rules.base})`}>{ticker ? <span title={formatUnits(ticker.volume, rules.quantity.decimals)}>{formatCompact(ticker.volume, rules.quantity.decimals)}</span> : <Skeleton className="w-14" />}</Fact>
      <Fact label={`24h volume (${rules.quote})`}>{ticker ? <span title={formatUnits(ticker.quoteVolume, QUOTE_SHOWN_DECIMALS)}>{formatCompact(ticker.quoteVolume, QUOTE_SHOWN_DECIMALS)}</span> : <Skeleton className="w-14" />}</Fact>
    </dl>
  );
}

export function TickerChange({ rules }: { readonly rules: MarketRules }) {
  const ticker = useTicker(rules);
  return ticker ? <Change hundredths={ticker.change} className="text-data" /> : <Skeleton className="w-14" />;
}

export const MarketState = ({ rules }: { readonly rules: MarketRules }) => (isTrading(rules) ? null : <Badge tone="warn">Halted</Badge>);
