"use client";
import { useEffect, useState } from "react";

/** Re-renders on a slow clock; null until the browser runs, so that server and client HTML agree. */
export function useNow(everyMs = 1_000): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const read = () => { setNow(Date.now()); };
    const first = setTimeout(read, 0);
    const timer = setInterval(read, everyMs);
    return () => { clearTimeout(first); clearInterval(timer); };
  }, [everyMs]);
  return now;
}
