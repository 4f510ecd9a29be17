"use client";
import { useMemo } from "react";
import { Segmented } from "@/components/ui/controls";
import { INPUT } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/states";
import { readSort, sortRows } from "@/features/markets/model";
import { useTickers } from "@/features/markets/store";
import { MarketsTable } from "@/features/markets/ui/markets-table";
import { pairName, type MarketRules } from "@/lib/markets/rules";
import { usePreferences } from "@/lib/preferences/preferences";
import { useUrlState } from "@/lib/react/use-url-state";
import { useMarkets } from "../../_shell/markets";

const FAVOURITES = "★";

function Table({ markets }: { readonly markets: readonly MarketRules[] }) {
  const [sortText, setSort] = useUrlState("sort");
  const [filter, setFilter] = useUrlState("show");
  const [search, setSearch] = useUrlState("search");
  const favourites = usePreferences((state) => state.favourites);
  const ticker = useTickers(markets);
  const quotes = useMemo(() => [...new Set(markets.map((one) => one.quote))], [markets]);
  const shown = filter ?? "all";
  const fits = (one: MarketRules) => (shown === "all" || (shown === "favourites" ? favourites.includes(one.symbol) : one.quote === shown)) && `${one.symbol} ${pairName(one)}`.toLowerCase().includes((search ?? "").trim().toLowerCase());
  const sort = readSort(sortText);
  const rows = sortRows(markets.filter(fits).map((rules) => ({ rules, ticker: ticker(rules.symbol) })), sort);
  const options = [{ value: "all", label: "All" }, { value: "favourites", label: `${FAVOURITES} Favourites` }, ...quotes.map((quote) => ({ value: quote, label: quote }))];
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <Segmented label="Show" value={shown} options={options} onChange={setFilter} />
        <input aria-label="Search markets" placeholder="Search markets" value={search ?? ""} onChange={(event) => { setSearch(event.target.value); }} className={`${INPUT} max-w-60`} />
      </div>
      <div className="scroll-x rounded-card border border-line bg-surface-1"><MarketsTable rows={rows} sort={sort} onSort={(next) => { setSort(`${next.descending ? "-" : ""}${next.key}`); }} /></div>
    </>
  );
}

export function MarketsPage() {
  const markets = useMarkets();
  return (
    <>
      <h1 className="mb-4 text-title">Markets</h1>
      {markets === null ? <Skeleton className="h-64 w-full" /> : <Table markets={markets} />}
    </>
  );
}
