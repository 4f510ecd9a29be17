"use client";
import { useEffect, useState } from "react";
import { get } from "@/lib/api/http";

const SAMPLES_MAX = 8;
const EVERY_MS = 60_000;

const median = (samples: readonly number[]): number => samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;

/** How far the server's clock is from ours: the median of the last samples. For showing, never for signing. */
export function useClockOffset(): number {
  const [samples, setSamples] = useState<readonly number[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    const sample = async () => {
      const sent = Date.now();
      try {
        const { serverTime } = await get<{ serverTime: number }>("/api/v3/time", {}, abort.signal);
        const offset = serverTime - (sent + Date.now()) / 2;
        setSamples((before) => [...before, offset].slice(-SAMPLES_MAX));
      } catch {
        return;
      }
    };
    void sample();
    const timer = setInterval(() => { void sample(); }, EVERY_MS);
    return () => { abort.abort(); clearInterval(timer); };
  }, []);
  return median(samples);
}
