"use client";
import { useSyncExternalStore } from "react";
import { StaleVeil } from "@/components/ui/stale-veil";
import { BookHead } from "@/features/book/ui/book-head";
import { OrderBook } from "@/features/book/ui/order-book";
import { LastPrice } from "@/features/trades/ui/last-price";
import { TradesTape } from "@/features/trades/ui/trades-tape";
import { formatUnits } from "@/lib/money/format";
import { staleWords } from "../../_shell/status-bar";
import { Panel } from "./panel";
import type { Screen } from "./use-screen";

export const isStale = (screen: Screen): boolean => screen.bookHealth === "stale" || screen.bookHealth === "offline";

/** Best ask minus best bid; looked at with the form's slow pulse. */
function Spread({ screen }: { readonly screen: Screen }) {
  const { store, rules } = screen.book;
  const spread = useSyncExternalStore(screen.book.subscribe, () => { void screen.form.beat; const bid = store.bestBid(); const ask = store.bestAsk(); return bid === null || ask === null ? null : ask - bid; }, () => null);
  return <span className="spread num text-micro text-text-3">{spread === null ? "" : `Spread ${formatUnits(spread, rules.price.decimals)}`}</span>;
}

export function Mid({ screen }: { readonly screen: Screen }) {
  return <span className="flex w-full items-baseline justify-between"><LastPrice tape={screen.tape} className="text-head" flash={false} /><Spread screen={screen} /></span>;
}

export function BookPanel({ screen }: { readonly screen: Screen }) {
  const { book, rules, group, groups, link } = screen;
  return (
    <Panel area="book" label="Order book">
      <BookHead rules={rules} group={group} groups={groups} onGroup={screen.setGroup} />
      <StaleVeil stale={isStale(screen)} words={staleWords(link)}>
        <OrderBook book={book} group={group} stale={isStale(screen)} mine={screen.mine} onPick={screen.pick} mid={<Mid screen={screen} />} />
      </StaleVeil>
    </Panel>
  );
}

export function MiniBook({ screen }: { readonly screen: Screen }) {
  return (
    <div className="flex h-full min-h-40">
      <StaleVeil stale={isStale(screen)} words={staleWords(screen.link)}>
        <OrderBook mini book={screen.book} group={screen.group} stale={isStale(screen)} mine={screen.mine} onPick={screen.pick} mid={<Mid screen={screen} />} />
      </StaleVeil>
    </div>
  );
}

export function TradesPanel({ screen }: { readonly screen: Screen }) {
  const { link } = screen;
  return (
    <Panel area="trades" label="Recent trades">
      <h2 className="flex h-9 shrink-0 items-center border-b border-line px-3 text-label desktop:max-wide:hidden">Trades</h2>
      <StaleVeil stale={link.health === "stale" || link.health === "offline"} words={staleWords(link)}><TradesTape rules={screen.rules} tape={screen.tape} /></StaleVeil>
    </Panel>
  );
}
