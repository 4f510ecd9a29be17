/** What can be said about a transfer before it is sent. */
import { formatUnits, plainUnits, trimZeros } from "@/lib/money/format";
import { parseTyped, parseWire } from "@/lib/money/parse";

export const TRANSFER_DECIMALS = 8;

export interface ReadAmount { readonly amount: string | null; readonly problem: string | null }

const WORDS = { EMPTY: "Enter an amount.", COMMA: "Use a point for decimals.", NOT_A_NUMBER: "This is not a number.", TOO_LONG: "At most 24 digits.", TOO_MANY_DECIMALS: "Too many decimals." } as const;

/** The typed amount as the server wants it, or what is wrong with it. */
export function readAmount(text: string, decimals: number, available: bigint | null): ReadAmount {
  const parsed = parseTyped(text, decimals);
  if (!parsed.ok) return { amount: null, problem: parsed.problem === "TOO_MANY_DECIMALS" ? `At most ${decimals} decimals.` : WORDS[parsed.problem] };
  if (parsed.units === 0n) return { amount: null, problem: "Enter an amount above zero." };
  if (available !== null && parsed.units > available) return { amount: null, problem: `You have ${trimZeros(formatUnits(available, decimals))} available.` };
  return { amount: plainUnits(parsed.units, decimals), problem: null };
}

/** A decimal string of the server in units, with exactly the decimals it came with. */
export function wireAmount(text: string): { units: bigint; decimals: number } {
  const decimals = text.split(".")[1]?.length ?? 0;
  return { units: parseWire(text, decimals), decimals };
}

export function showWire(text: string): string {
  const { units, decimals } = wireAmount(text);
  return formatUnits(units, decimals);
}

export const addressProblem = (address: string): string | null => (address.trim().length < 4 ? "Enter the address that shall receive it." : null);

/** Groups of four, so that an address can be compared by eye. */
export const inFours = (address: string): string => address.trim().replace(/(.{4})/g, "$1 ").trim();
