"use client";
import type { ReactNode } from "react";
import { Amount } from "@/components/ui/amount";
import { Skeleton } from "@/components/ui/states";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { formatUnits } from "@/lib/money/format";
import type { Balance } from "../store";

export const VALUE_DECIMALS = 2;

interface BalancesTableProps {
  readonly balances: readonly Balance[] | null;
  /** Worth of an amount in the reference asset, in hundredths; null when no market tells. */
  readonly value?: (balance: Balance) => bigint | null;
  readonly valueAsset?: string;
  readonly actions?: (balance: Balance) => ReactNode;
}

function Row({ balance, value, actions }: { readonly balance: Balance } & Pick<BalancesTableProps, "value" | "actions">) {
  const worth = value?.(balance) ?? null;
  return (
    <Tr data-testid={`balance-${balance.asset}`}>
      <Td className="font-medium">{balance.asset}</Td>
      <Td numeric data-column="available"><Amount units={balance.free} decimals={balance.decimals} /></Td>
      <Td numeric data-column="in-orders" className="max-tablet:hidden"><Amount units={balance.locked} decimals={balance.decimals} /></Td>
      <Td numeric data-column="total" className="max-tablet:hidden"><Amount units={balance.total} decimals={balance.decimals} /></Td>
      {value && <Td numeric className="max-tablet:hidden">{worth === null ? "–" : `≈ ${formatUnits(worth, VALUE_DECIMALS)}`}</Td>}
      {actions && <Td numeric>{actions(balance)}</Td>}
    </Tr>
  );
}

export function BalancesTable({ balances, value, valueAsset = "USDT", actions }: BalancesTableProps) {
  return (
    <Table label="Balances">
      <thead>
        <tr>
          <Th>Asset</Th><Th numeric>Available</Th><Th numeric className="max-tablet:hidden">In orders</Th><Th numeric className="max-tablet:hidden">Total</Th>
          {value && <Th numeric className="max-tablet:hidden">Value ({valueAsset})</Th>}
          {actions && <Th numeric><span className="sr-only">Actions</span></Th>}
        </tr>
      </thead>
      <tbody>
        {balances === null
          ? Array.from({ length: 4 }, (_, index) => <Tr key={index}><Td><Skeleton className="w-12" /></Td><Td numeric><Skeleton className="w-28" /></Td><Td numeric className="max-tablet:hidden"><Skeleton className="w-28" /></Td><Td numeric className="max-tablet:hidden"><Skeleton className="w-28" /></Td>{value && <Td numeric className="max-tablet:hidden"><Skeleton className="w-20" /></Td>}{actions && <Td><Skeleton className="w-20" /></Td>}</Tr>)
          : balances.map((balance) => <Row key={balance.asset} balance={balance} value={value} actions={actions} />)}
      </tbody>
    </Table>
  );
}
