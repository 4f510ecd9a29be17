/** Every reason an order cannot be sent or was refused, in words. Codes are the exchange's own names. */
import type { ApiProblem } from "@/lib/api/problem";
import type { ParseProblem } from "@/lib/money/parse";
import type { Field } from "./model";

export type ProblemCode =
  | ParseProblem | "OFF_STEP" | "PRICE_MISSING" | "PRICE_OUT_OF_RANGE" | "QUANTITY_MISSING" | "QUANTITY_OUT_OF_RANGE" | "NOTIONAL_TOO_SMALL" | "FUNDS_INSUFFICIENT" | "MARKET_NOT_TRADING" | "WOULD_TAKE" | "BOOK_EMPTY" | "OFFLINE";

export interface Problem {
  readonly code: ProblemCode;
  readonly field: Field | null;
  readonly text: string;
  /** A value that would be right, offered as a button. */
  readonly fix?: { readonly label: string; readonly value: string };
  /** Shown while typing; other problems wait until the field is left. */
  readonly immediate: boolean;
}

export const PARSE_TEXT: Record<ParseProblem, string> = {
  EMPTY: "Enter a value.",
  COMMA: "Use a point for decimals.",
  NOT_A_NUMBER: "This is not a number.",
  TOO_LONG: "At most 24 digits.",
  TOO_MANY_DECIMALS: "Too many decimals.",
};

const BY_TEXT: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/insufficient balance/i, "Your available balance is too small for this order."],
  [/immediately match and take/i, "Post-only order would trade at once, so it was not placed."],
  [/market is closed/i, "This market takes no orders now."],
  [/duplicate order/i, "An open order has this id already."],
  [/PRICE_FILTER/, "The price is outside this market's steps or range."],
  [/LOT_SIZE/, "The amount is outside this market's steps or range."],
  [/NOTIONAL/, "The order's total is outside what this market allows."],
  [/MAX_NUM_ORDERS/, "You have too many open orders in this market."],
];

/** Result first, then why, in our words; the server's own words where we have none. */
export function refusalText(problem: ApiProblem): string {
  const known = BY_TEXT.find(([pattern]) => pattern.test(problem.message));
  if (known) return known[1];
  if (problem.status === 429) return "Too many orders in a short time. Wait a moment.";
  return problem.message;
}
