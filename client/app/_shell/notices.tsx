"use client";
import { useEffect, useState } from "react";
import { IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { BellIcon } from "@/components/ui/icons";
import { Badge, EmptyState } from "@/components/ui/states";
import { me } from "@/features/session/api";
import { useNotices } from "@/lib/notices/notices";
import { useSession } from "@/lib/react/use-session";
import { clockLocal } from "@/lib/time";

/** Shown wherever money is not real: the exchange says so itself. */
export function FundsBadge() {
  const signedIn = useSession((state) => state.status === "signed-in");
  const [simulated, setSimulated] = useState(false);
  useEffect(() => {
    if (!signedIn) return;
    const abort = new AbortController();
    me(abort.signal).then((answer) => { setSimulated(answer.faucet); }, () => { /* the badge stays as it was */ });
    return () => { abort.abort(); };
  }, [signedIn]);
  return signedIn && simulated ? <span data-testid="simulated-funds" className="mr-1"><Badge tone="warn">Simulated funds</Badge></span> : null;
}

/** Everything that was said, newest first: a toast is never the only record. */
export function Notices() {
  const [open, setOpen] = useState(false);
  const all = useNotices((state) => state.all);
  return (
    <>
      <IconButton label="Notifications" onClick={() => { setOpen(true); }}><BellIcon /></IconButton>
      <Dialog open={open} onOpenChange={setOpen} title="Notifications">
        {all.length === 0 ? <EmptyState>Nothing yet. Results of your orders and transfers appear here.</EmptyState> : (
          <ol className="flex flex-col divide-y divide-line">
            {all.map((notice) => (
              <li key={notice.id} className="py-2">
                <p className="flex justify-between gap-3 text-body"><span>{notice.title}</span><time className="num text-label text-text-3">{clockLocal(notice.at)}</time></p>
                {notice.detail !== "" && <p className="text-label text-text-2">{notice.detail}</p>}
              </li>
            ))}
          </ol>
        )}
      </Dialog>
    </>
  );
}
