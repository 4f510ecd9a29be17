/** Candles for the chart. This folder is the only place in the client where prices become floats, and only to be drawn. */
import type { UTCTimestamp } from "lightweight-charts";

export const INTERVALS = ["1s", "1m", "5m", "15m", "1h", "4h", "1d"] as const;
export type Interval = (typeof INTERVALS)[number];

export const isInterval = (text: string | null): text is Interval => INTERVALS.some((one) => one === text);

export interface Bar { readonly time: UTCTimestamp; readonly open: number; readonly high: number; readonly low: number; readonly close: number; readonly volume: number }

export type WireKline = readonly [openTime: number, open: string, high: string, low: string, close: string, volume: string, ...rest: unknown[]];
export interface WireKlineEvent { readonly k: { readonly t: number; readonly i: string; readonly o: string; readonly h: string; readonly l: string; readonly c: string; readonly v: string } }

export const BARS_MAX = 10_000;

const bar = (openTime: number, open: string, high: string, low: string, close: string, volume: string): Bar => ({
  time: Math.floor(openTime / 1_000) as UTCTimestamp, open: Number(open), high: Number(high), low: Number(low), close: Number(close), volume: Number(volume),
});

export const readKline = (wire: WireKline): Bar => bar(wire[0], wire[1], wire[2], wire[3], wire[4], wire[5]);
export const readEvent = ({ k }: WireKlineEvent): Bar => bar(k.t, k.o, k.h, k.l, k.c, k.v);

/** Older bars in front, newer ones win, strictly rising in time. */
export function mergeBars(older: readonly Bar[], newer: readonly Bar[]): Bar[] {
  const byTime = new Map<number, Bar>();
  for (const one of [...older, ...newer]) byTime.set(one.time, one);
  return [...byTime.values()].sort((a, b) => a.time - b.time).slice(-BARS_MAX);
}
