import { NBSP } from "@/lib/money/format";
import type { ReactNode } from "react";
import { classes } from "./classes";

/** Nothing here yet: one sentence about what will appear, and one thing to do. */
export function EmptyState({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div data-slot="empty" className="flex flex-1 flex-col items-center justify-center gap-3 p-6 text-center text-body text-text-2">
      <p className="max-w-sm">{children}</p>
      {action}
    </div>
  );
}

export function ErrorState({ title, safe, action, requestId }: { readonly title: string; readonly safe?: string; readonly action?: ReactNode; readonly requestId?: string | null }) {
  return (
    <div role="alert" data-slot="error" className="flex flex-1 flex-col items-center justify-center gap-2 p-6 text-center text-body">
      <p className="text-danger">{title}</p>
      {safe !== undefined && <p className="text-text-2">{safe}</p>}
      {requestId && <p className="font-mono text-micro text-text-3">Request {requestId}</p>}
      {action}
    </div>
  );
}

export function Skeleton({ className }: { readonly className?: string }) {
  return <span data-slot="skeleton" aria-hidden className={classes("skeleton inline-block", className)}>{NBSP}</span>;
}

export type BadgeTone = "neutral" | "warn" | "ok" | "danger" | "info" | "buy" | "sell";
const TONES: Record<BadgeTone, string> = {
  neutral: "border-line text-text-2", warn: "border-warn text-warn", ok: "border-ok text-ok", danger: "border-danger text-danger", info: "border-info text-info", buy: "border-buy text-buy", sell: "border-sell text-sell",
};

export function Badge({ tone = "neutral", children }: { readonly tone?: BadgeTone; readonly children: ReactNode }) {
  return <span data-slot="badge" className={classes("inline-flex items-center rounded-badge border px-1.5 text-micro whitespace-nowrap", TONES[tone])}>{children}</span>;
}

export const Kbd = ({ children }: { readonly children: ReactNode }) => (
  <kbd className="num inline-flex min-w-5 items-center justify-center rounded-badge border border-line-control px-1 font-sans text-micro text-text-2">{children}</kbd>
);
