/** Integers → text. Our own formatter, so that server and browser print the same and nothing ever reads `8.97e+9`. */
import { divideHalfEven, pow10, type Grid } from "./units";

export const MINUS = "−";
export const NBSP = " ";

export function group(whole: string): string {
  let text = "";
  for (let end = whole.length; end > 0; end -= 3) {
    const part = whole.slice(Math.max(0, end - 3), end);
    text = text === "" ? part : `${part},${text}`;
  }
  return text;
}

function split(units: bigint | number, decimals: number): [negative: boolean, whole: string, fraction: string] {
  const negative = units < 0;
  const digits = (negative ? -units : units).toString().padStart(decimals + 1, "0");
  return [negative, digits.slice(0, digits.length - decimals), decimals === 0 ? "" : digits.slice(-decimals)];
}

/** For eyes: grouped, with a true minus. */
export function formatUnits(units: bigint | number, decimals: number): string {
  const [negative, whole, fraction] = split(units, decimals);
  const text = fraction === "" ? group(whole) : `${group(whole)}.${fraction}`;
  return negative ? MINUS + text : text;
}

/** For the wire and for inputs: no grouping, ASCII minus. */
export function plainUnits(units: bigint, decimals: number): string {
  const [negative, whole, fraction] = split(units, decimals);
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return negative ? `-${text}` : text;
}

export const formatOnGrid = (count: bigint, grid: Grid): string => formatUnits(count * grid.units, grid.decimals);
export const plainOnGrid = (count: bigint, grid: Grid): string => plainUnits(count * grid.units, grid.decimals);

/** Drops decimals that are zero, for inputs filled by the page: `0.50000` → `0.5`. */
export const trimZeros = (plain: string): string => (plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain);

/** Splits off trailing zeros so that a balance can show them more quietly. */
export function quietZeros(text: string): [strong: string, quiet: string] {
  const match = /^(.*?)(\.?0+)$/.exec(text);
  return text.includes(".") && match ? [match[1] ?? "", match[2] ?? ""] : [text, ""];
}

/** A percentage held in hundredths of a percent: signed, two decimals. */
export function formatPercent(hundredths: bigint): string {
  return `${hundredths >= 0n ? "+" : ""}${formatUnits(hundredths, 2)}${NBSP}%`;
}

const SUFFIXES = [["T", 12], ["B", 9], ["M", 6], ["K", 3]] as const;

/** Three significant digits with K, M, B or T: for 24 h statistics only. The exact value belongs in the title. */
export function formatCompact(units: bigint, decimals: number): string {
  for (const [suffix, exponent] of SUFFIXES) {
    if (units < pow10(decimals + exponent)) continue;
    return significant(units, decimals + exponent) + suffix;
  }
  return significant(units, decimals);
}

function significant(units: bigint, decimals: number): string {
  const whole = (units / pow10(decimals)).toString();
  const kept = units === 0n ? 0 : Math.max(0, 3 - whole.length);
  if (kept >= decimals) return formatUnits(units, decimals);
  return formatUnits(divideHalfEven(units, pow10(decimals - kept)), kept);
}

/** Cut to fewer decimals for show, half-even; callers mark the result with ≈. */
export function formatShort(units: bigint, decimals: number, shown: number): string {
  if (shown >= decimals) return formatUnits(units, decimals);
  return formatUnits(divideHalfEven(units, pow10(decimals - shown)), shown);
}
