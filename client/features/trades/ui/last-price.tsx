"use client";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { classes } from "@/components/ui/classes";
import { Skeleton } from "@/components/ui/states";
import { formatUnits } from "@/lib/money/format";
import type { LiveTape } from "../live";

const FLASH_EVERY_MS = 500;
const nothing = () => () => { /* nothing to stop */ };

/** The last price with its arrow. It alone may flash: a faint tint, at most twice a second. */
export function LastPrice({ tape, className, flash = true }: { readonly tape: LiveTape | null; readonly className?: string; readonly flash?: boolean }) {
  const price = useSyncExternalStore(tape?.subscribe ?? nothing, () => tape?.last?.price ?? null, () => null);
  const element = useRef<HTMLSpanElement>(null);
  const last = useRef(0);
  const direction = tape?.direction ?? 0;
  useEffect(() => {
    const span = element.current;
    const now = performance.now();
    if (!flash || !span || price === null || direction === 0 || now - last.current < FLASH_EVERY_MS) return;
    last.current = now;
    // Two names for one animation: changing the name is what starts it again.
    span.dataset.flash = direction > 0 ? "up" : "down";
    span.dataset.beat = span.dataset.beat === "a" ? "b" : "a";
  }, [price, direction, flash]);
  if (price === null || !tape) return <Skeleton className="w-24" />;
  return (
    <span ref={element} data-slot="last-price" data-testid={flash ? "last-price" : undefined} className={classes("flash num", direction > 0 ? "text-buy" : direction < 0 ? "text-sell" : "text-text-1", className)}>
      {formatUnits(price, tape.rules.price.decimals)}<span aria-hidden className="ml-1 text-[0.7em]">{direction > 0 ? "▲" : direction < 0 ? "▼" : ""}</span>
    </span>
  );
}
