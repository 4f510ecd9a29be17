/** Which orders deserve a second look, and why: the first reason is the first line of the dialog. */
import { pairName, stepsOfAtoms } from "@/lib/markets/rules";
import { formatUnits } from "@/lib/money/format";
import type { PriceTicks, QtySteps, QuoteAtoms } from "@/lib/money/units";
import type { Estimate } from "./estimate";
import type { Draft, Side } from "./model";
import type { CheckContext } from "./rules";

const SLIPPAGE_PPM_MAX = 5_000n;
const DISTANCE_PPM_MAX = 50_000n;

interface Subject {
  readonly draft: Draft;
  readonly side: Side;
  readonly price: PriceTicks | null;
  readonly quantity: QtySteps | null;
  readonly total: QuoteAtoms | null;
  readonly estimate: Estimate | null;
  readonly context: CheckContext;
}

const percentText = (ppm: bigint): string => `${formatUnits(ppm / 100n, 2)} %`;

function slippage({ draft, estimate }: Subject): string | null {
  if (draft.type !== "MARKET" || !estimate) return null;
  if (!estimate.complete) return "The book may be too thin to fill all of this order.";
  return estimate.slippagePpm > SLIPPAGE_PPM_MAX ? `The average price would be about ${percentText(estimate.slippagePpm)} worse than the best price.` : null;
}

function distance({ price, side, context }: Subject): string | null {
  const best = context.book?.against(side, 1)[0]?.price;
  if (price === null || best === undefined) return null;
  const ppm = ((price > best ? price - best : best - price) * 1_000_000n) / best;
  return ppm > DISTANCE_PPM_MAX ? `The price is ${percentText(ppm)} ${price > best ? "above" : "below"} the best price.` : null;
}

function share({ side, quantity, total, estimate, context }: Subject): string | null {
  const { funds, rules } = context;
  const buy = side === "BUY";
  const used = buy ? (total ?? estimate?.cost ?? null) : (quantity ?? estimate?.quantity ?? null);
  const available = buy ? funds.quote : funds.base === null ? null : stepsOfAtoms(funds.base, rules);
  if (used === null || available === null || used * 4n <= available) return null;
  return `This uses more than a quarter of your available ${buy ? rules.quote : rules.base}.`;
}

export function reviewReasons(subject: Subject): string[] {
  const { context } = subject;
  const reasons = [
    slippage(subject),
    distance(subject),
    context.freshness === "live" ? null : "Prices may be old: the live feed is not connected.",
    share(subject),
    context.firstOrder ? `This is your first order on ${pairName(context.rules)}.` : null,
    context.alwaysReview ? "You asked to review every order." : null,
  ];
  return reasons.filter((reason) => reason !== null);
}
