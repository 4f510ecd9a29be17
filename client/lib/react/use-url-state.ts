"use client";
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** One value kept in the address: it survives reload and the back button, and changes without a round trip. */
export function useUrlState(name: string): [string | null, (value: string) => void] {
  const value = useSearchParams().get(name);
  const set = useCallback((next: string) => {
    const url = new URL(window.location.href);
    url.searchParams.set(name, next);
    window.history.replaceState(null, "", url);
  }, [name]);
  return [value, set];
}
