"use client";
/** Open orders and orders on their way. Polling fills it now; a user-data stream can call the same two doors later. */
import { useEffect, useSyncExternalStore } from "react";
import { poll } from "@/lib/private/polling";
import { useSession } from "@/lib/react/use-session";
import { Observable } from "@/lib/store";
import { openOrders } from "./api";
import { newestFirst, OPEN_MAX, type Order, type PendingOrder } from "./model";

const PENDING_MAX = 20;

class OrderStore extends Observable {
  open: readonly Order[] | null = null;
  pending: readonly PendingOrder[] = [];

  replaceOpen(orders: readonly Order[] | null): void {
    this.open = orders && newestFirst(orders).slice(0, OPEN_MAX);
    const known = new Set(orders?.map((order) => order.clientOrderId));
    this.pending = this.pending.filter((one) => !known.has(one.clientId));
    this.changed();
  }

  setPending(order: PendingOrder): void {
    this.pending = [order, ...this.pending.filter((one) => one.clientId !== order.clientId)].slice(0, PENDING_MAX);
    this.changed();
  }

  settle(clientId: string): void {
    this.pending = this.pending.filter((one) => one.clientId !== clientId);
    this.changed();
  }
}

export const orderStore = new OrderStore();

/** Open orders of one market, or of all when `symbol` is null. */
export function useOpenOrders(symbol: string | null): readonly Order[] | null {
  const signedIn = useSession((state) => state.status === "signed-in");
  useEffect(() => {
    orderStore.replaceOpen(null);
    if (!signedIn) return;
    return poll(async (signal) => { orderStore.replaceOpen(await openOrders(symbol, signal)); });
  }, [signedIn, symbol]);
  return useSyncExternalStore(orderStore.subscribe, () => orderStore.open, () => null);
}

const NO_PENDING: readonly PendingOrder[] = [];
export const usePendingOrders = (): readonly PendingOrder[] => useSyncExternalStore(orderStore.subscribe, () => orderStore.pending, () => NO_PENDING);
