"use client";
import { useSyncExternalStore } from "react";

/** A media query; false on the server. For what CSS alone cannot decide. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", changed);
      return () => { media.removeEventListener("change", changed); };
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

export const PHONE = "(max-width: 39.99rem)";
