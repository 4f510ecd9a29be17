"use client";
import { EmptyState, Skeleton } from "@/components/ui/states";
import { formatUnits, quietZeros } from "@/lib/money/format";
import type { Balance } from "../store";

/** A full-precision amount whose trailing zeros step back. */
export function Amount({ units, decimals }: { readonly units: bigint; readonly decimals: number }) {
  const [strong, quiet] = quietZeros(formatUnits(units, decimals));
  return <span className="num">{strong}<span className="text-text-3">{quiet}</span></span>;
}

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

export const NoBalances = ({ action }: { readonly action: React.ReactNode }) => <EmptyState action={action}>No balances. Assets you deposit appear here.</EmptyState>;
