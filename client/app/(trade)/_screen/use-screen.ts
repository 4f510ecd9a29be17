"use client";
/** What the panels of one market share: the live book and tape, money, own orders, and the clicks between them. */
import { useEffect, useMemo, useState } from "react";
import { freeOf, useBalances, type Balance } from "@/features/balances/store";
import { groupPrice, groupsFor, nextGroup } from "@/features/book/grouping";
import { useLiveBook, type LiveBook } from "@/features/book/live";
import type { Level } from "@/features/book/painter";
import { fillAmount, fillPrice } from "@/features/order-entry/linked";
import type { Freshness } from "@/features/order-entry/model";
import { useDrafts } from "@/features/order-entry/store";
import type { FormContext } from "@/features/order-entry/use-form";
import type { Order } from "@/features/orders/model";
import { useOpenOrders } from "@/features/orders/store";
import { useLastTrade, useLiveTape, type LiveTape } from "@/features/trades/live";
import type { MarketRules } from "@/lib/markets/rules";
import { plainUnits } from "@/lib/money/format";
import { parseSafe } from "@/lib/money/parse";
import { priceTicks, qtySteps } from "@/lib/money/units";
import { panelHealth, type Health } from "@/lib/ws/health";
import { useLink, type LinkView } from "../../_shell/status-bar";
import { tell } from "./attempts";
import { bookReader } from "./book-reader";
import { useBeat } from "./use-beat";

export interface Screen {
  readonly rules: MarketRules;
  readonly book: LiveBook;
  readonly tape: LiveTape | null;
  readonly link: LinkView;
  readonly bookHealth: Health;
  readonly balances: readonly Balance[] | null;
  readonly open: readonly Order[] | null;
  readonly allMarkets: boolean;
  setAllMarkets(all: boolean): void;
  readonly group: number;
  readonly groups: readonly number[];
  setGroup(group: number): void;
  stepGroup(step: 1 | -1): void;
  readonly mine: ReadonlySet<number>;
  readonly form: FormContext;
  pick(level: Level, withAmount: boolean): void;
}

const freshness = (health: Health): Freshness => (health === "live" || health === "delayed" ? "live" : health === "offline" ? "offline" : "old");

/** The chosen grouping, as long as it is one of those this market offers. */
function useGrouping(rules: MarketRules, tape: LiveTape | null) {
  const tick = parseInt(rules.price.units.toString(), 10);
  const [chosen, setGroup] = useState<Record<string, number>>({});
  const price = useLastTrade(tape)?.price ?? 0;
  // The offer follows the price's magnitude, not each trade.
  const magnitude = price === 0 ? 0 : 10 ** Math.floor(Math.log10(price));
  const groups = useMemo(() => groupsFor(tick, magnitude), [tick, magnitude]);
  const wanted = chosen[rules.symbol] ?? tick;
  const group = groups.includes(wanted) ? wanted : tick;
  return { group, groups, setGroup: (next: number) => { setGroup((before) => ({ ...before, [rules.symbol]: next })); } };
}

function useMine(open: readonly Order[] | null, rules: MarketRules, group: number): ReadonlySet<number> {
  const key = (open ?? []).filter((order) => order.symbol === rules.symbol).map((order) => `${order.side}${order.price}`).sort().join();
  return useMemo(() => {
    const prices = key === "" ? [] : key.split(",");
    return new Set(prices.map((one) => {
      const side = one.startsWith("BUY") ? "bid" : "ask";
      return groupPrice(parseSafe(one.replace(/^(BUY|SELL)/, ""), rules.price.decimals), group, side);
    }));
  }, [key, rules, group]);
}

/** An empty price starts at the last trade: once, and never over something somebody wrote. */
function useFirstPrice(rules: MarketRules, tape: LiveTape | null): void {
  const first = useLastTrade(tape) !== null;
  useEffect(() => {
    const last = tape?.last?.price;
    if (!first || last === undefined) return;
    useDrafts.getState().change(rules.symbol, (draft) => (draft.price === "" ? { ...draft, price: plainUnits(BigInt(last), rules.price.decimals) } : draft));
  }, [first, tape, rules]);
}

function useFormContext(rules: MarketRules, book: LiveBook, balances: readonly Balance[] | null, health: Health): FormContext {
  const base = freeOf(balances, rules.base, rules.baseDecimals);
  const quote = freeOf(balances, rules.quote, rules.quoteDecimals);
  const funds = useMemo(() => ({ base, quote }), [base, quote]);
  const reader = useMemo(() => bookReader(book), [book]);
  const beat = useBeat(book);
  return { rules, funds, book: book.feed.phase === "waiting" ? null : reader, freshness: freshness(health), beat, onAttempt: (attempt) => { tell(attempt, rules); } };
}

export function useScreen(rules: MarketRules): Screen {
  const book = useLiveBook(rules);
  const tape = useLiveTape(rules);
  const link = useLink();
  const balances = useBalances();
  const [allMarkets, setAllMarkets] = useState(false);
  const open = useOpenOrders(allMarkets ? null : rules.symbol);
  const { group, groups, setGroup } = useGrouping(rules, tape);
  const bookHealth = panelHealth(link.now, link.health, book.feed.resyncingSince);
  const form = useFormContext(rules, book, balances, bookHealth);
  const mine = useMine(open, rules, group);
  useFirstPrice(rules, tape);
  return {
    rules, book, tape, link, bookHealth, balances, open, allMarkets, setAllMarkets, group, groups, setGroup, mine, form,
    stepGroup: (step) => { setGroup(nextGroup(groups, group, step)); },
    pick: (level, withAmount) => {
      useDrafts.getState().change(rules.symbol, (draft) => {
        if (draft.type !== "LIMIT") return draft;
        const priced = fillPrice(draft, priceTicks(BigInt(level.price) / rules.price.units), rules);
        return withAmount ? fillAmount(priced, qtySteps(BigInt(level.total) / rules.quantity.units), rules) : priced;
      });
    },
  };
}
