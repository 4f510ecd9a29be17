/** The only way from text to an amount: strict ASCII, no exponent, no guess about commas. */
import { pow10 } from "./units";

export const DIGITS_MAX = 24;

export type ParseProblem = "EMPTY" | "COMMA" | "NOT_A_NUMBER" | "TOO_LONG" | "TOO_MANY_DECIMALS";
export type Parsed = { readonly ok: true; readonly units: bigint } | { readonly ok: false; readonly problem: ParseProblem };

const PLAIN = /^(\d*)(?:\.(\d*))?$/;
const GROUPED = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/;

const no = (problem: ParseProblem): Parsed => ({ ok: false, problem });

/** Removes grouping when it is canonical, e.g. in a pasted `1,234.56`; anything else stays as it is. */
export const ungroup = (text: string): string => (GROUPED.test(text) ? text.replaceAll(",", "") : text);

/** What a person typed or pasted → units of 10^-decimals. `0,5` is refused, never guessed. */
export function parseTyped(typed: string, decimals: number): Parsed {
  const text = ungroup(typed.trim());
  if (text === "") return no("EMPTY");
  if (text.includes(",")) return no("COMMA");
  const match = PLAIN.exec(text);
  if (!match || text === ".") return no("NOT_A_NUMBER");
  const whole = match[1] ?? "";
  const fraction = match[2] ?? "";
  if (whole.length + fraction.length > DIGITS_MAX) return no("TOO_LONG");
  const exact = fraction.replace(/0+$/, "");
  if (exact.length > decimals) return no("TOO_MANY_DECIMALS");
  return { ok: true, units: BigInt(whole || "0") * pow10(decimals) + BigInt(exact.padEnd(decimals, "0") || "0") };
}

/** Typed text cut to the decimals a grid allows: what *Round to …* offers. */
export function parseRoundedDown(typed: string, decimals: number): bigint | null {
  const text = ungroup(typed.trim());
  const point = text.indexOf(".");
  const cut = point < 0 ? text : text.slice(0, point + 1 + decimals);
  const parsed = parseTyped(cut, decimals);
  return parsed.ok ? parsed.units : null;
}

const WIRE = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;

/** A decimal string of the server → units. Decimals beyond the scale must be zeros: money is never silently cut. */
export function parseWire(text: string, decimals: number): bigint {
  const match = WIRE.exec(text);
  if (!match) throw new TypeError(`not a decimal: ${text.slice(0, 40)}`);
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > decimals) throw new TypeError(`more than ${decimals} decimals: ${text.slice(0, 40)}`);
  const units = BigInt(match[2] ?? "0") * pow10(decimals) + BigInt(fraction.padEnd(decimals, "0") || "0");
  return match[1] === "-" ? -units : units;
}

/** The same for a statistic (an average, a percentage): decimals beyond the scale are cut. */
export function parseWireCut(text: string, decimals: number): bigint {
  const point = text.indexOf(".");
  return parseWire(point < 0 ? text : text.slice(0, point + 1 + decimals).replace(/\.$/, ""), decimals);
}

/** The book's hot path: a decimal string → a safe integer of 10^-decimals, without an allocation. -1 when it is not one. */
export function parseSafe(text: string, decimals: number): number {
  let value = 0;
  let after = -1;
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit === -2 && after < 0) { after = 0; continue; }
    if (digit < 0 || digit > 9) return -1;
    if (after >= 0) {
      if (after === decimals) { if (digit !== 0) return -1; continue; }
      after += 1;
    }
    value = value * 10 + digit;
  }
  for (let index = Math.max(after, 0); index < decimals; index += 1) value *= 10;
  return text.length > 0 && Number.isSafeInteger(value) ? value : -1;
}
