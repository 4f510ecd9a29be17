"use client";
import { Amount } from "@/components/ui/amount";
import { Skeleton } from "@/components/ui/states";
import type { Balance } from "../store";

/** The two assets of a market, or all: compact, for panels. */
export function BalanceList({ balances, assets }: { readonly balances: readonly Balance[] | null; readonly assets: readonly string[] }) {
  return (
    <ul data-slot="balance-list" data-testid="balance-list" className="flex flex-col text-data">
      {assets.map((asset) => {
        const balance = balances?.find((one) => one.asset === asset);
        return (
          <li key={asset} className="flex min-h-8 items-center justify-between gap-3 px-3">
            <span className="font-medium">{asset}</span>
            {balances === null ? <Skeleton className="w-24" /> : (
              <span className="flex flex-col items-end leading-4">
                {balance ? <Amount units={balance.free} decimals={balance.decimals} /> : <span className="num text-text-3">0</span>}
                {balance && balance.locked > 0n && <span className="text-micro text-text-3">in orders <Amount units={balance.locked} decimals={balance.decimals} /></span>}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
