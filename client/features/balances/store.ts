"use client";
/** What the account owns. Filled by polling now; a user-data stream can call `replace` instead one day. */
import { useEffect, useSyncExternalStore } from "react";
import { get } from "@/lib/api/http";
import { parseWire } from "@/lib/money/parse";
import { pow10 } from "@/lib/money/units";
import { poll } from "@/lib/private/polling";
import { useSession } from "@/lib/react/use-session";
import { Observable } from "@/lib/store";

/** Amounts in units of 10^-decimals; the server prints every amount with all decimals of its asset. */
export interface Balance { readonly asset: string; readonly decimals: number; readonly free: bigint; readonly locked: bigint; readonly total: bigint }
interface WireBalances { readonly balances: readonly { readonly asset: string; readonly free: string; readonly locked: string; readonly total: string }[] }

class BalanceStore extends Observable {
  balances: readonly Balance[] | null = null;
  private users = 0;
  private stop: (() => void) | null = null;

  replace(balances: readonly Balance[] | null): void {
    this.balances = balances;
    this.changed();
  }

  watch(): () => void {
    this.users += 1;
    this.stop ??= poll(async (signal) => { this.replace((await get<WireBalances>("/v1/wallet/balances", {}, signal)).balances.map(read)); });
    return () => {
      this.users -= 1;
      if (this.users > 0) return;
      this.stop?.();
      this.stop = null;
    };
  }
}

function read(wire: WireBalances["balances"][number]): Balance {
  const decimals = Math.max(...[wire.free, wire.locked, wire.total].map((text) => text.split(".")[1]?.length ?? 0));
  const units = (text: string) => parseWire(text, decimals);
  return { asset: wire.asset, decimals, free: units(wire.free), locked: units(wire.locked), total: units(wire.total) };
}

const store = new BalanceStore();

/** Keeps the balances coming while somebody is signed in and looking. */
export function useBalances(): readonly Balance[] | null {
  const signedIn = useSession((state) => state.status === "signed-in");
  useEffect(() => {
    if (!signedIn) { store.replace(null); return; }
    return store.watch();
  }, [signedIn]);
  return useSyncExternalStore(store.subscribe, () => store.balances, () => null);
}

/** What can be used of an asset, in the decimals its market counts in; null while unknown. */
export function freeOf(balances: readonly Balance[] | null, asset: string, decimals: number): bigint | null {
  if (balances === null) return null;
  const balance = balances.find((one) => one.asset === asset);
  if (!balance) return 0n;
  const shift = decimals - balance.decimals;
  return shift >= 0 ? balance.free * pow10(shift) : balance.free / pow10(-shift);
}
