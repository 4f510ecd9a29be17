"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/states";
import { sortRows } from "@/features/markets/model";
import { useTickers } from "@/features/markets/store";
import { MarketsTable } from "@/features/markets/ui/markets-table";
import type { MarketRules } from "@/lib/markets/rules";
import { useMarkets } from "../_shell/markets";
import { HeroBook } from "./hero-book";

const TOP = 5;

function TopMarkets({ markets }: { readonly markets: readonly MarketRules[] }) {
  const ticker = useTickers(markets);
  const [sort, setSort] = useState<Parameters<typeof sortRows>[1]>({ key: "volume", descending: true });
  const rows = sortRows(markets.map((rules) => ({ rules, ticker: ticker(rules.symbol) })), sort).slice(0, TOP);
  return <div className="scroll-x rounded-card border border-line bg-surface-1"><MarketsTable rows={rows} sort={sort} onSort={setSort} /></div>;
}

/** One screen: what this is, two ways in, and the market itself instead of an illustration. */
export function Landing() {
  const markets = useMarkets();
  const first = markets?.[0] ?? null;
  return (
    <div className="flex flex-col gap-10 py-6 max-tablet:gap-6 max-tablet:py-2">
      <div className="grid items-center gap-12 max-desktop:grid-cols-1 desktop:grid-cols-[1fr_25rem]">
        <div className="flex flex-col gap-6">
          <h1 className="max-w-xl text-[2.75rem] leading-[1.1] font-semibold tracking-tight text-balance max-tablet:text-[2rem]">A spot exchange you can read like an instrument.</h1>
          <p className="max-w-lg text-head font-normal text-text-2">Every balance, price and fee is an exact integer. Every order ends in a stated result. The book beside this sentence is the real one.</p>
          <div className="flex flex-wrap gap-3">
            <Button asChild kind="primary" className="h-10 px-5"><Link href="/signup">Open an account</Link></Button>
            <Button asChild kind="outline" className="h-10 px-5"><Link href={first ? `/trade/${first.symbol}` : "/markets"}>See the market</Link></Button>
          </div>
        </div>
        {first ? <HeroBook rules={first} /> : <Skeleton className="h-120 w-full" />}
      </div>
      <section aria-label="Top markets">{markets ? <TopMarkets markets={markets} /> : <Skeleton className="h-64 w-full" />}</section>
    </div>
  );
}
