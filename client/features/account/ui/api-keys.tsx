"use client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/dialog";
import { Badge, EmptyState, ErrorState, Skeleton } from "@/components/ui/states";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { toProblem } from "@/lib/api/problem";
import { say } from "@/lib/notices/notices";
import { dateTimeLocal } from "@/lib/time";
import { apiKeys, deleteApiKey, type ApiKey } from "../api";
import { CreateKey } from "./create-key";

function useKeys() {
  const [keys, setKeys] = useState<readonly ApiKey[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    apiKeys(abort.signal).then((all) => { setKeys(all); setFailed(false); }, () => { if (!abort.signal.aborted) setFailed(true); });
    return () => { abort.abort(); };
  }, [round]);
  return { keys, failed, reload: () => { setRound(round + 1); } };
}

function Row({ one, onDelete }: { readonly one: ApiKey; readonly onDelete: () => void }) {
  return (
    <Tr data-testid="api-key">
      <Td className="font-medium">{one.label}</Td>
      <Td className="font-mono text-label">{one.apiKey.slice(0, 12)}…</Td>
      <Td><span className="flex gap-1">{one.permissions.map((permission) => <Badge key={permission} tone={permission === "withdraw" ? "warn" : "neutral"}>{permission}</Badge>)}</span></Td>
      <Td className="text-text-2 max-tablet:hidden">{dateTimeLocal(one.createdAt)}</Td>
      <Td className="text-text-2 max-tablet:hidden">{one.lastUsedAt ? dateTimeLocal(one.lastUsedAt) : "Never used"}</Td>
      <Td numeric><Button kind="quiet" className="h-7!" aria-label={`Delete API key ${one.label}`} onClick={onDelete}>Delete</Button></Td>
    </Tr>
  );
}

export function ApiKeys() {
  const { keys, failed, reload } = useKeys();
  const [doomed, setDoomed] = useState<ApiKey | null>(null);
  const drop = (one: ApiKey) => {
    deleteApiKey(one.apiKey).then(() => { say({ tone: "ok", title: "API key deleted.", detail: one.label }); reload(); }, (error: unknown) => { say({ tone: "error", title: "API key not deleted.", detail: toProblem(error).message }); });
  };
  return (
    <section aria-labelledby="keys" className="rounded-card border border-line bg-surface-1">
      <div className="flex items-center justify-between border-b border-line p-4"><h2 id="keys" className="text-head">API keys</h2><CreateKey onCreated={reload} /></div>
      {failed ? <ErrorState title="API keys could not be loaded." action={<Button onClick={reload}>Try again</Button>} />
        : keys === null ? <div className="p-4"><Skeleton className="w-full" /></div>
        : keys.length === 0 ? <EmptyState>No API keys. Keys for your bots appear here: ccxt and python-binance work as they are.</EmptyState>
        : <div className="scroll-x"><Table label="API keys"><thead><tr><Th>Name</Th><Th>Key</Th><Th>Permissions</Th><Th className="max-tablet:hidden">Created</Th><Th className="max-tablet:hidden">Last used</Th><Th><span className="sr-only">Action</span></Th></tr></thead><tbody>{keys.map((one) => <Row key={one.apiKey} one={one} onDelete={() => { setDoomed(one); }} />)}</tbody></Table></div>}
      <Confirm open={doomed !== null} onOpenChange={(open) => { if (!open) setDoomed(null); }} title={`Delete the API key ${doomed?.label ?? ""}?`} act="Delete key" kind="danger" onAct={() => { if (doomed) drop(doomed); }}>
        <p>Programs that use it stop working at once. Open orders stay open.</p>
      </Confirm>
    </section>
  );
}
