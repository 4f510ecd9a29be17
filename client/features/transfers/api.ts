/** Deposits and withdrawals. */
import { get, post } from "@/lib/api/http";
import { privateDataChanged } from "@/lib/private/polling";

export type TransferKind = "deposit" | "withdrawal";
export interface Transfer { readonly id: number | string; readonly kind: string; readonly asset: string; readonly amount: string; readonly state: string; readonly time: number }
export interface TransferPage { readonly items: readonly Transfer[]; readonly next: number | string | null }

async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } finally {
    privateDataChanged();
  }
}

export const deposit = (asset: string, amount: string): Promise<Transfer> => told(post<Transfer>("/v1/wallet/deposits", { asset, amount }));
export const withdraw = (asset: string, amount: string, address: string): Promise<Transfer> => told(post<Transfer>("/v1/wallet/withdrawals", { asset, amount, address }));

export const transfers = (kind: TransferKind, before: number | string | null, signal: AbortSignal): Promise<TransferPage> =>
  get<TransferPage>("/v1/wallet/history", { kind, limit: 50, ...(before === null ? {} : { before }) }, signal);
