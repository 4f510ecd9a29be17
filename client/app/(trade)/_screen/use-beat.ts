"use client";
import { useEffect, useState } from "react";
import type { LiveBook } from "@/features/book/live";

const BEAT_MS = 250;

/** A slow pulse for what React derives from the book: at most four times a second, and only when it changed. */
export function useBeat(book: LiveBook): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => { setBeat(book.store.version); }, BEAT_MS);
    return () => { clearInterval(timer); };
  }, [book]);
  return beat;
}
