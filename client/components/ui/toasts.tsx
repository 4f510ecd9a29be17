"use client";
/** Toasts, and the page's two live regions. A toast is never the only record: the list of notices keeps it. */
import { useEffect, useRef, useState } from "react";
import { useNotices, type Notice } from "@/lib/notices/notices";
import { IconButton } from "./button";
import { classes } from "./classes";
import { CloseIcon } from "./icons";

const SHOWN_MAX = 3;
const DURATION_MS = { ok: 4_000, info: 6_000, error: null } as const;
const EDGE = { ok: "border-l-ok", info: "border-l-info", error: "border-l-danger" } as const;

function One({ notice }: { readonly notice: Notice }) {
  const close = useNotices((state) => state.close);
  const [held, setHeld] = useState(false);
  const duration = DURATION_MS[notice.tone];
  useEffect(() => {
    if (held || duration === null) return;
    const timer = setTimeout(() => { close(notice.id); }, duration);
    return () => { clearTimeout(timer); };
  }, [held, duration, notice, close]);
  return (
    <li data-slot="toast" data-tone={notice.tone} data-testid="toast"
      onPointerEnter={() => { setHeld(true); }} onPointerLeave={() => { setHeld(false); }} onFocus={() => { setHeld(true); }} onBlur={() => { setHeld(false); }}
      className={classes("rise flex items-start justify-between gap-3 rounded-menu border border-l-2 border-line bg-surface-2 p-3 shadow-e1", EDGE[notice.tone])}>
      <div className="min-w-0">
        <p className="text-body font-medium">{notice.title}</p>
        {notice.detail !== "" && <p className="num mt-0.5 text-label whitespace-normal text-text-2">{notice.detail}</p>}
      </div>
      <IconButton label="Close" className="-m-1.5" onClick={() => { close(notice.id); }}><CloseIcon /></IconButton>
    </li>
  );
}

export function Toasts() {
  const all = useNotices((state) => state.all);
  const region = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => { if (event.key === "F8") region.current?.focus(); };
    window.addEventListener("keydown", onKey);
    return () => { window.removeEventListener("keydown", onKey); };
  }, []);
  const open = all.filter((notice) => notice.open);
  const latest = all[0];
  const words = (error: boolean) => (latest && (latest.tone === "error") === error ? `${latest.title} ${latest.detail}` : "");
  return (
    <>
      <section aria-label="Notifications (F8)">
        <ol ref={region} tabIndex={-1} className="fixed right-4 bottom-10 z-60 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2 max-tablet:top-2 max-tablet:bottom-auto">
          {open.slice(0, SHOWN_MAX).map((notice) => <One key={notice.id} notice={notice} />)}
          {open.length > SHOWN_MAX && <li className="text-right text-label text-text-2">+{open.length - SHOWN_MAX} more</li>}
        </ol>
      </section>
      <div className="sr-only" aria-live="polite" data-slot="live-polite">{words(false)}</div>
      <div className="sr-only" aria-live="assertive" data-slot="live-assertive">{words(true)}</div>
    </>
  );
}
