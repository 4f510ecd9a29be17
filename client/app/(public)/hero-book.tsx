"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState, type ReactNode } from "react";
import { StaleVeil } from "@/components/ui/stale-veil";
import { useLiveBook, type LiveBook } from "@/features/book/live";
import { BookColumns } from "@/features/book/ui/book-head";
import { OrderBook } from "@/features/book/ui/order-book";
import { useLiveTape } from "@/features/trades/live";
import { LastPrice } from "@/features/trades/ui/last-price";
import { linkLatencyMs } from "@/lib/live";
import { pairName, type MarketRules } from "@/lib/markets/rules";
import { formatUnits } from "@/lib/money/format";
import { parseSafe } from "@/lib/money/parse";
import { staleWords, useLink } from "../_shell/status-bar";

const COUNT_MS = 1_000;

interface Facts { readonly updates: number; readonly levels: number; readonly spread: number | null }

/** What this page itself measures: updates of the last second, levels known, the spread. */
function useFacts(book: LiveBook): Facts {
  const [facts, setFacts] = useState<Facts>({ updates: 0, levels: 0, spread: null });
  useEffect(() => {
    let before = book.feed.lastUpdateId;
    const timer = setInterval(() => {
      const { store, feed } = book;
      const [bid, ask] = [store.bestBid(), store.bestAsk()];
      setFacts({ updates: before < 0 ? 0 : Math.max(0, feed.lastUpdateId - before), levels: store.bids.prices.length + store.asks.prices.length, spread: bid === null || ask === null ? null : ask - bid });
      before = feed.lastUpdateId;
    }, COUNT_MS);
    return () => { clearInterval(timer); };
  }, [book]);
  return facts;
}

function Fact({ value, label }: { readonly value: ReactNode; readonly label: string }) {
  return <div className="flex-1 px-3 py-2"><p className="num text-head">{value}</p><p className="text-micro text-text-3">{label}</p></div>;
}

export function HeroBook({ rules }: { readonly rules: MarketRules }) {
  const router = useRouter();
  const book = useLiveBook(rules);
  const tape = useLiveTape(rules);
  const link = useLink();
  const facts = useFacts(book);
  const latency = linkLatencyMs();
  const stale = link.health === "stale" || link.health === "offline";
  return (
    <section aria-label={`Live order book of ${pairName(rules)}`} className="flex h-128 flex-col overflow-hidden rounded-card border border-line bg-surface-1 max-tablet:h-104">
      <div className="flex h-12 shrink-0 items-center justify-between border-b border-line px-3"><h2 className="text-head">{pairName(rules)}</h2><LastPrice tape={tape} className="text-head" /></div>
      <BookColumns rules={rules} />
      <StaleVeil stale={stale} words={staleWords(link)}>
        <OrderBook book={book} group={parseSafe(rules.price.units.toString(), 0)} stale={stale} mid={<span className="num text-label text-text-3">{facts.spread === null ? "" : `Spread ${formatUnits(facts.spread, rules.price.decimals)} ${rules.quote}`}</span>} onPick={() => { router.push(`/trade/${rules.symbol}`); }} />
      </StaleVeil>
      <div className="flex shrink-0 divide-x divide-line border-t border-line" aria-label="Measured by this page, now">
        <Fact value={latency === null ? "–" : `${latency} ms`} label="round trip, measured now" />
        <Fact value={facts.updates} label="level changes, last second" />
        <Fact value={facts.levels} label="price levels held" />
      </div>
    </section>
  );
}
