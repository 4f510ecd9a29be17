"use client";
import { classes } from "@/components/ui/classes";
import { linkFreshness, linkHealth, linkLatencyMs } from "@/lib/live";
import { useNow } from "@/lib/react/use-now";
import { clockLocal, clockUtc } from "@/lib/time";
import type { Health } from "@/lib/ws/health";
import { useClockOffset } from "./use-clock";

const LOOK: Record<Health, readonly [word: string, dot: string]> = {
  connecting: ["Connecting", "bg-text-3"], live: ["Live", "bg-ok"], delayed: ["Delayed", "bg-warn"], stale: ["Stale", "bg-danger"], offline: ["Offline", "bg-danger"],
};

export interface LinkView { readonly health: Health; readonly ageSeconds: number; readonly lastAt: number; readonly now: number }

/** The link's health, looked at twice a second: a silence is named within four. */
export function useLink(): LinkView {
  const now = useNow(500);
  if (now === null) return { health: "connecting", ageSeconds: 0, lastAt: 0, now: 0 };
  const lastAt = linkFreshness()?.lastMessageAt ?? 0;
  return { health: linkHealth(now), ageSeconds: lastAt === 0 ? 0 : Math.max(0, Math.floor((now - lastAt) / 1_000)), lastAt, now };
}

export function ConnectionChip({ link }: { readonly link: LinkView }) {
  const [word, dot] = LOOK[link.health];
  const latency = link.health === "live" ? linkLatencyMs() : null;
  const detail = latency !== null ? `${latency} ms` : link.health === "delayed" || link.health === "stale" ? `${link.ageSeconds} s` : "";
  return (
    <span data-slot="connection-chip" data-testid="connection" data-health={link.health} className="num flex items-center gap-1.5 text-micro">
      <i aria-hidden className={classes("size-1.5 rounded-full", dot)} />{word} {detail}
    </span>
  );
}

export const staleWords = (link: LinkView): string => `Reconnecting… last update ${link.lastAt === 0 ? "never" : clockLocal(link.lastAt)}`;

export function StatusBar({ link }: { readonly link: LinkView }) {
  const now = useNow();
  const offset = useClockOffset();
  return (
    <footer data-area="status" className={classes("flex h-6 items-center justify-between gap-4 px-3 text-micro", link.health === "offline" ? "bg-warn text-bg" : "text-text-2")}>
      <ConnectionChip link={link} />
      <span className="num">{now === null ? "" : `Server ${clockUtc(now + offset)} UTC`}</span>
      <span className="text-text-3">Shortcuts ?</span>
    </footer>
  );
}
