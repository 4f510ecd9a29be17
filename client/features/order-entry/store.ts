/** Drafts, one per market: they survive a reload and a lost session. No balances, no tokens. */
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { EMPTY_DRAFT, type Draft } from "./model";

const DRAFTS_MAX = 20;

interface Drafts {
  readonly drafts: Readonly<Record<string, Draft>>;
  /** Markets this browser has traded on: the first order on one is reviewed. */
  readonly known: readonly string[];
  change(symbol: string, change: (draft: Draft) => Draft): void;
  learn(symbol: string): void;
}

export const useDrafts = create<Drafts>()(
  persist(
    (set) => ({
      drafts: {},
      known: [],
      change: (symbol, change) => {
        set((state) => {
          const others = Object.entries(state.drafts).filter(([name]) => name !== symbol).slice(-(DRAFTS_MAX - 1));
          return { drafts: Object.fromEntries([...others, [symbol, change(state.drafts[symbol] ?? EMPTY_DRAFT)]]) };
        });
      },
      learn: (symbol) => { set((state) => (state.known.includes(symbol) ? state : { known: [...state.known, symbol] })); },
    }),
    { name: "tm-drafts", version: 1, skipHydration: true },
  ),
);

export const draftOf = (drafts: Readonly<Record<string, Draft>>, symbol: string): Draft => drafts[symbol] ?? EMPTY_DRAFT;
