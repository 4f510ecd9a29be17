"use client";
/** One live book per market for as long as a page wants it: store, feed and the painters that watch it. */
import { useEffect, useState } from "react";
import { get } from "@/lib/api/http";
import { withSocket } from "@/lib/live";
import type { MarketRules } from "@/lib/markets/rules";
import { Observable } from "@/lib/store";
import { BookFeed } from "./feed";
import { scaleOf, type WireDepth } from "./model";
import { BookStore } from "./store";

const SNAPSHOT_LIMIT = 1_000;

/** Observed for its phase, which changes rarely; painters are told about every change through `onPaint`. */
export class LiveBook extends Observable {
  readonly store: BookStore;
  readonly feed: BookFeed;
  private readonly painters = new Set<() => void>();

  constructor(readonly rules: MarketRules) {
    super();
    this.store = new BookStore(scaleOf(rules));
    this.feed = new BookFeed(this.store, {
      fetchSnapshot: (signal) => get<WireDepth>("/api/v3/depth", { symbol: rules.symbol, limit: SNAPSHOT_LIMIT }, signal),
      changed: () => { for (const painter of this.painters) painter(); },
      phaseChanged: () => { this.changed(); },
    });
  }

  onPaint(painter: () => void): () => void {
    this.painters.add(painter);
    return () => { this.painters.delete(painter); };
  }

  start(): () => void {
    const unsubscribe = withSocket((socket) => socket.subscribe(`${this.rules.symbol.toLowerCase()}@depth@100ms`, this.feed));
    return () => { unsubscribe(); this.feed.dispose(); };
  }
}

export function useLiveBook(rules: MarketRules): LiveBook {
  const [book, setBook] = useState(() => new LiveBook(rules));
  if (book.rules.symbol !== rules.symbol) setBook(new LiveBook(rules));
  useEffect(() => book.start(), [book]);
  return book;
}
