"use client";
import { useMemo, useState } from "react";
import { Checkbox } from "@/components/ui/controls";
import { Skeleton } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { useBalances, type Balance } from "@/features/balances/store";
import { BalancesTable } from "@/features/balances/ui/balances-table";
import { useTickers } from "@/features/markets/store";
import { DepositDialog } from "@/features/transfers/ui/deposit-dialog";
import { TransferHistory } from "@/features/transfers/ui/transfer-history";
import { WithdrawDialog } from "@/features/transfers/ui/withdraw-dialog";
import type { MarketRules } from "@/lib/markets/rules";
import { formatUnits } from "@/lib/money/format";
import { useMarkets } from "../../_shell/markets";
import { REFERENCE, worth } from "./worth";

const NONE: readonly MarketRules[] = [];

function Estimate({ value }: { readonly value: bigint | null }) {
  return (
    <div>
      <p className="text-label text-text-3">Estimated value</p>
      <p className="num text-hero" data-testid="estimated-value">{value === null ? <Skeleton className="w-48" /> : <>≈ {formatUnits(value, 2)} <span className="text-head text-text-3">{REFERENCE}</span></>}</p>
    </div>
  );
}

/** Assets one can have: those owned and those traded here. */
function useAssets(balances: readonly Balance[] | null, markets: readonly MarketRules[]): string[] {
  return useMemo(() => [...new Set([...(balances ?? []).map((one) => one.asset), ...markets.flatMap((one) => [one.quote, one.base])])].sort(), [balances, markets]);
}

export function Wallet() {
  const balances = useBalances();
  const markets = useMarkets() ?? NONE;
  const ticker = useTickers(markets);
  const assets = useAssets(balances, markets);
  const [hideZero, setHideZero] = useState(false);
  const [tab, setTab] = useState<"deposit" | "withdrawal">("deposit");
  const value = (balance: Balance) => worth(balance, markets, ticker);
  const sum = balances?.reduce<bigint | null>((all, one) => (all === null ? null : all + (value(one) ?? 0n)), 0n) ?? null;
  const shown = balances && (hideZero ? balances.filter((one) => one.total > 0n) : balances);
  const holdings = balances ?? [];
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <Estimate value={sum} />
        <span className="flex gap-2"><DepositDialog asset={REFERENCE} assets={assets} /><WithdrawDialog asset={REFERENCE} holdings={holdings} /></span>
      </div>
      <section aria-label="Balances" className="rounded-card border border-line bg-surface-1">
        <div className="flex items-center justify-between border-b border-line px-3 py-2"><h2 className="text-head">Balances</h2><Checkbox checked={hideZero} onChange={setHideZero}>Hide zero</Checkbox></div>
        <div className="scroll-x">
          <BalancesTable balances={shown} value={value} valueAsset={REFERENCE} actions={(balance) => <span className="inline-flex gap-1"><DepositDialog kind="quiet" asset={balance.asset} assets={assets} /><span className="max-tablet:hidden"><WithdrawDialog kind="quiet" asset={balance.asset} holdings={holdings} /></span></span>} />
        </div>
      </section>
      <section aria-label="Transfers" className="rounded-card border border-line bg-surface-1">
        <Tabs label="Transfers" value={tab} onChange={setTab} className="min-h-48" tabs={[
          { value: "deposit", label: "Deposits", content: tab === "deposit" && <TransferHistory kind="deposit" /> },
          { value: "withdrawal", label: "Withdrawals", content: tab === "withdrawal" && <TransferHistory kind="withdrawal" /> },
        ]} />
      </section>
    </div>
  );
}
