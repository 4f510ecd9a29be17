/** One pure function says how fresh what we show is; every chip and veil asks it. */

export type LinkState = "idle" | "connecting" | "open" | "closed" | "paused" | "offline";
export type Health = "connecting" | "live" | "delayed" | "stale" | "offline";

export interface Freshness {
  readonly state: LinkState;
  /** 0 when nothing has ever arrived. */
  readonly lastMessageAt: number;
  /** When the link was first asked for: a first connection may take as long as a silence before it is called stale. */
  readonly since: number;
}

export const DELAYED_MS = 3_000;
export const PING_MS = 2_000;
export const STALE_MS = 10_000;
export const DEAD_MS = 10_000;
export const RESYNC_VEIL_MS = 2_000;

export function health(now: number, link: Freshness): Health {
  if (link.state === "offline") return "offline";
  if (link.lastMessageAt === 0) return now - link.since > STALE_MS ? "stale" : "connecting";
  const age = now - link.lastMessageAt;
  if (age > STALE_MS) return "stale";
  if (age > DELAYED_MS) return "delayed";
  return "live";
}

/** A panel is stale when the link is, or when its own resync takes too long. */
export function panelHealth(now: number, link: Health, resyncingSince: number | null): Health {
  if (link === "offline" || link === "stale") return link;
  if (resyncingSince !== null && now - resyncingSince > RESYNC_VEIL_MS) return "stale";
  return link;
}
