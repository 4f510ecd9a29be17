"use client";
import Link from "next/link";
import { useState } from "react";
import { classes } from "@/components/ui/classes";
import { INPUT } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/states";
import { pairName, type MarketRules } from "@/lib/markets/rules";
import { formatUnits } from "@/lib/money/format";
import { useTickers } from "../store";
import { Change } from "./figures";

/** The narrow list: beside the chart on wide screens, in the search dialog elsewhere. */
export function MarketList({ markets, current, onPick, autoFocus = false }: { readonly markets: readonly MarketRules[]; readonly current?: string; readonly onPick?: () => void; readonly autoFocus?: boolean }) {
  const [search, setSearch] = useState("");
  const ticker = useTickers(markets);
  const found = markets.filter((one) => `${one.symbol} ${pairName(one)}`.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <div data-slot="market-list" className="flex min-h-0 flex-1 flex-col">
      <div className="p-2"><input aria-label="Search markets" placeholder="Search markets" value={search} autoFocus={autoFocus} onChange={(event) => { setSearch(event.target.value); }} className={INPUT} /></div>
      <ul className="scroll min-h-0 flex-1">
        {found.map((rules) => {
          const now = ticker(rules.symbol);
          return (
            <li key={rules.symbol}>
              <Link href={`/trade/${rules.symbol}`} onClick={onPick} aria-current={rules.symbol === current ? "page" : undefined}
                className={classes("num flex min-h-9 items-center justify-between gap-2 px-3 text-data hover:bg-hover", rules.symbol === current && "bg-surface-3")}>
                <span className="font-medium">{rules.base}<span className="text-text-3">/{rules.quote}</span></span>
                {now ? <span className="flex flex-col items-end leading-4"><span className="text-book">{formatUnits(now.last, rules.price.decimals)}</span><Change hundredths={now.change} className="text-micro" /></span> : <Skeleton className="w-16" />}
              </Link>
            </li>
          );
        })}
        {found.length === 0 && <li className="p-3 text-label text-text-2">No market fits “{search}”.</li>}
      </ul>
    </div>
  );
}
