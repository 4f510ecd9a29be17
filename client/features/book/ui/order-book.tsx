"use client";
import { useEffect, useId, useRef, useSyncExternalStore, type ReactNode } from "react";
import { classes } from "@/components/ui/classes";
import { Skeleton } from "@/components/ui/states";
import type { LiveBook } from "../live";
import { mountBook, type MountedBook } from "../mount";
import type { Level } from "../painter";

interface OrderBookProps {
  readonly book: LiveBook;
  readonly group: number;
  readonly stale: boolean;
  readonly mine?: ReadonlySet<number>;
  readonly mid: ReactNode;
  readonly mini?: boolean;
  readonly onPick: (level: Level, withAmount: boolean) => void;
}

const NONE: ReadonlySet<number> = new Set();

/** React draws the frame once; the painter writes the rows. */
export function OrderBook({ book, group, stale, mine = NONE, mid, mini = false, onPick }: OrderBookProps) {
  const container = useRef<HTMLDivElement>(null);
  const mounted = useRef<MountedBook | null>(null);
  const latest = useRef({ onPick, stale });
  const prefix = useId();
  const phase = useSyncExternalStore(book.subscribe, () => book.feed.phase, () => "waiting" as const);
  useEffect(() => { latest.current = { onPick, stale }; });
  useEffect(() => {
    if (!container.current) return;
    const instance = mountBook(container.current, book, {
      prefix, base: book.rules.base, onPick: (level, withAmount) => { latest.current.onPick(level, withAmount); }, enabled: () => !latest.current.stale,
    });
    mounted.current = instance;
    return () => { instance.dispose(); };
  }, [book, prefix]);
  useEffect(() => {
    if (!mounted.current) return;
    mounted.current.painter.group = group;
    mounted.current.painter.setMine(mine);
    mounted.current.repaint();
  }, [group, mine, book]);
  const empty = phase !== "live" && book.store.version === 0;
  return (
    <div ref={container} role="listbox" tabIndex={0} aria-label="Order book" aria-busy={empty} data-slot="order-book" data-testid={mini ? "mini-book" : "order-book"} data-stale={stale} data-phase={phase}
      className={classes("book [--book-mid:2.25rem]", mini && "book-mini")}>
      <div data-slot="book-mid" role="presentation" className="absolute inset-x-0 top-1/2 z-10 flex h-9 -translate-y-1/2 items-center border-y border-line bg-surface-1 px-3">{mid}</div>
      {empty && <BookSkeleton />}
    </div>
  );
}

function BookSkeleton() {
  return (
    <div aria-hidden className="absolute inset-0 flex flex-col justify-between overflow-hidden px-3 py-0.5">
      {Array.from({ length: 24 }, (_, index) => <span key={index} className="flex h-(--book-row) shrink-0 items-center justify-between"><Skeleton className="h-3 w-16" /><Skeleton className="h-3 w-14" /><Skeleton className="h-3 w-12" /></span>)}
    </div>
  );
}
