"use client";
import { useEffect, useState } from "react";
import { Amount } from "@/components/ui/amount";
import { Button } from "@/components/ui/button";
import { Badge, EmptyState, ErrorState, Skeleton, type BadgeTone } from "@/components/ui/states";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { poll } from "@/lib/private/polling";
import { dateTimeLocal, isoTime } from "@/lib/time";
import { transfers, type Transfer, type TransferKind } from "../api";
import { wireAmount } from "../model";

const EVERY_MS = 5_000;
const NOUN: Record<TransferKind, string> = { deposit: "deposits", withdrawal: "withdrawals" };
const TONES: Record<string, BadgeTone> = { completed: "ok", done: "ok", confirmed: "ok", credited: "ok", rejected: "danger", failed: "danger", pending: "info" };

interface Pages { readonly first: readonly Transfer[] | null; readonly older: readonly Transfer[]; readonly next: number | string | null; readonly failed: boolean }
const NOTHING: Pages = { first: null, older: [], next: null, failed: false };

function usePages(kind: TransferKind): Pages & { more: () => void } {
  const [pages, setPages] = useState(NOTHING);
  useEffect(() => poll(async (signal) => {
    const page = await transfers(kind, null, signal);
    if (!signal.aborted) setPages((before) => ({ ...before, first: page.items, next: before.older.length > 0 ? before.next : page.next, failed: false }));
  }, { everyMs: EVERY_MS, onError: () => { setPages((before) => ({ ...before, failed: before.first === null })); } }), [kind]);
  const more = () => {
    transfers(kind, pages.next, new AbortController().signal).then((page) => {
      setPages((before) => ({ ...before, older: [...before.older, ...page.items], next: page.next }));
    }, () => { setPages((before) => ({ ...before, failed: before.first === null })); });
  };
  return { ...pages, more };
}

function Row({ transfer }: { readonly transfer: Transfer }) {
  return (
    <Tr data-testid="transfer">
      <Td><time dateTime={isoTime(transfer.time)} title={isoTime(transfer.time)} className="text-text-2">{dateTimeLocal(transfer.time)}</time></Td>
      <Td className="font-medium">{transfer.asset}</Td>
      <Td numeric><Amount {...wireAmount(transfer.amount)} /></Td>
      <Td><Badge tone={TONES[transfer.state] ?? "neutral"}>{transfer.state}</Badge></Td>
    </Tr>
  );
}

export function TransferHistory({ kind }: { readonly kind: TransferKind }) {
  const { first, older, next, failed, more } = usePages(kind);
  const known = new Set(first?.map((one) => one.id));
  const rows = [...(first ?? []), ...older.filter((one) => !known.has(one.id))];
  if (failed) return <ErrorState title="History could not be loaded." safe="Your balances are not affected. We try again by ourselves." />;
  if (first?.length === 0) return <EmptyState>No {NOUN[kind]}. They appear here as soon as they are known.</EmptyState>;
  return (
    <div className="scroll-x">
      <Table label={`History of ${NOUN[kind]}`} data-testid={`${kind}-history`}>
        <thead><tr><Th>Time</Th><Th>Asset</Th><Th numeric>Amount</Th><Th>State</Th></tr></thead>
        <tbody>{first === null ? <Tr><Td><Skeleton className="w-32" /></Td><Td><Skeleton className="w-12" /></Td><Td><Skeleton className="w-24" /></Td><Td><Skeleton className="w-16" /></Td></Tr> : rows.map((one) => <Row key={one.id} transfer={one} />)}</tbody>
      </Table>
      {next !== null && <div className="flex justify-center p-3"><Button onClick={more}>Older {NOUN[kind]}</Button></div>}
    </div>
  );
}
