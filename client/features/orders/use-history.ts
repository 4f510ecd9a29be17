"use client";
import { useEffect, useState } from "react";
import { poll } from "@/lib/private/polling";
import { useSession } from "@/lib/react/use-session";
import { closedOrders, ownTrades } from "./api";
import type { Order, OwnTrade } from "./model";

export interface Loaded<T> { readonly rows: readonly T[] | null; readonly failed: boolean }

const HISTORY_EVERY_MS = 5_000;

function useRows<T>(symbols: readonly string[], load: (symbols: readonly string[], signal: AbortSignal) => Promise<T[]>): Loaded<T> {
  const signedIn = useSession((state) => state.status === "signed-in");
  const key = symbols.join(",");
  const [state, setState] = useState<Loaded<T> & { key: string }>({ rows: null, failed: false, key });
  useEffect(() => {
    if (!signedIn) return;
    return poll(async (signal) => { const rows = await load(key.split(","), signal); if (!signal.aborted) setState({ rows, failed: false, key }); }, {
      everyMs: HISTORY_EVERY_MS, onError: () => { setState((before) => ({ ...before, failed: before.rows === null, key })); },
    });
  }, [signedIn, key, load]);
  return state.key === key ? state : { rows: null, failed: false };
}

export const useClosedOrders = (symbols: readonly string[]): Loaded<Order> => useRows(symbols, closedOrders);
export const useOwnTrades = (symbols: readonly string[]): Loaded<OwnTrade> => useRows(symbols, ownTrades);
