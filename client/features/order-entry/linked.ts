/** Price, amount and total belong together: two are written, the third follows, exactly. */
import { notional, stepsFor, stepsOfAtoms, type MarketRules } from "@/lib/markets/rules";
import { plainOnGrid, plainUnits, trimZeros } from "@/lib/money/format";
import { parseTyped } from "@/lib/money/parse";
import { divideDown, divideUp, pow10, priceTicks, qtySteps, quoteAtoms, type Grid, type PriceTicks, type QtySteps, type QuoteAtoms } from "@/lib/money/units";
import { marketField, roles, type Draft, type Field, type Funds, type Leg, type Side } from "./model";

const onGrid = (text: string, grid: Grid): bigint | null => {
  const parsed = parseTyped(text, grid.decimals);
  return parsed.ok && parsed.units % grid.units === 0n ? parsed.units / grid.units : null;
};

export function readPrice(text: string, rules: MarketRules): PriceTicks | null {
  const ticks = onGrid(text, rules.price);
  return ticks === null || ticks === 0n ? null : priceTicks(ticks);
}

export function readAmount(text: string, rules: MarketRules): QtySteps | null {
  const steps = onGrid(text, rules.quantity);
  return steps === null ? null : qtySteps(steps);
}

export function readTotal(text: string, rules: MarketRules): QuoteAtoms | null {
  const parsed = parseTyped(text, rules.quoteDecimals);
  return parsed.ok ? quoteAtoms(parsed.units) : null;
}

const totalText = (total: QuoteAtoms, rules: MarketRules): string => trimZeros(plainUnits(total, rules.quoteDecimals));
const amountText = (amount: QtySteps, rules: MarketRules): string => trimZeros(plainOnGrid(amount, rules.quantity));
const priceText = (price: PriceTicks, rules: MarketRules): string => plainOnGrid(price, rules.price);

/** A price nobody pays too much at: a buyer's is rounded down, a seller's up. */
function priceFrom(total: QuoteAtoms, amount: QtySteps, side: Side, rules: MarketRules): PriceTicks | null {
  if (amount <= 0n) return null;
  const each = notional(priceTicks(1n), amount, rules);
  const ticks = side === "BUY" ? divideDown(total, each) : divideUp(total, each);
  return ticks > 0n ? priceTicks(ticks) : null;
}

function calculated(draft: Draft, side: Side, computed: Field, rules: MarketRules): string | null {
  const leg = draft[side];
  const price = readPrice(draft.price, rules);
  const amount = readAmount(leg.amount, rules);
  const total = readTotal(leg.total, rules);
  if (computed === "total") return price !== null && amount !== null ? totalText(notional(price, amount, rules), rules) : null;
  if (computed === "amount") return price !== null && total !== null ? amountText(stepsFor(total, price, rules), rules) : null;
  const found = total !== null && amount !== null ? priceFrom(total, amount, side, rules) : null;
  return found === null ? null : priceText(found, rules);
}

function withField(draft: Draft, side: Side, field: Field, text: string): Draft {
  return field === "price" ? { ...draft, price: text } : { ...draft, [side]: { ...draft[side], [field]: text } };
}

const noted = (leg: Leg, field: Field): Leg => ({ ...leg, edited: [field, ...leg.edited.filter((one) => one !== field)].slice(0, 2) });

function relink(draft: Draft, side: Side, rules: MarketRules): Draft {
  const leg = draft[side];
  if (draft.type === "MARKET") return withField(draft, side, marketField(leg) === "amount" ? "total" : "amount", "");
  const { computed } = roles(leg);
  const text = calculated(draft, side, computed, rules);
  if (text !== null) return withField(draft, side, computed, text);
  return computed === "price" || (leg.amount === "" && leg.total === "") ? draft : withField(draft, side, computed, "");
}

/** Somebody wrote a field: note it and let the third follow. The price is shared by both sides. */
export function edit(draft: Draft, side: Side, field: Field, text: string, rules: MarketRules): Draft {
  const written = withField(draft, side, field, text);
  if (field !== "price") return relink({ ...written, [side]: noted(written[side], field) }, side, rules);
  const both: Draft = { ...written, BUY: noted(written.BUY, "price"), SELL: noted(written.SELL, "price") };
  return relink(relink(both, "BUY", rules), "SELL", rules);
}

/** The page fills the price (a book row, the last trade): like writing it, in the market's own digits. */
export const fillPrice = (draft: Draft, price: PriceTicks, rules: MarketRules): Draft => edit(draft, draft.side, "price", priceText(price, rules), rules);
export const fillAmount = (draft: Draft, amount: QtySteps, rules: MarketRules): Draft => edit(draft, draft.side, "amount", amountText(amount, rules), rules);

export function changeType(draft: Draft, type: Draft["type"], rules: MarketRules): Draft {
  const changed: Draft = { ...draft, type };
  return relink(relink(changed, "BUY", rules), "SELL", rules);
}

/** One step up or down of a field; never below zero. */
export function step(draft: Draft, side: Side, field: Field, steps: bigint, rules: MarketRules): Draft {
  if (field === "total") return draft;
  const grid = field === "price" ? rules.price : rules.quantity;
  const now = onGrid(field === "price" ? draft.price : draft[side].amount, grid) ?? 0n;
  const next = now + steps < 0n ? 0n : now + steps;
  return edit(draft, side, field, plainOnGrid(next, grid), rules);
}

/** 25, 50, 75, 100 per cent of what is available, rounded down to a step. Fees come off what is received, so 100 % always fits. */
export function percent(draft: Draft, side: Side, share: number, funds: Funds, rules: MarketRules): Draft {
  const part = (all: bigint) => (all * BigInt(share)) / 100n;
  if (side === "SELL") return funds.base === null ? draft : edit(draft, side, "amount", amountText(stepsOfAtoms(part(funds.base), rules), rules), rules);
  if (funds.quote === null) return draft;
  const budget = quoteAtoms(part(funds.quote));
  if (draft.type === "MARKET") return edit(draft, side, "total", totalText(wholeCents(budget, rules), rules), rules);
  const price = readPrice(draft.price, rules);
  return price === null ? draft : edit(draft, side, "amount", amountText(stepsFor(budget, price, rules), rules), rules);
}

/** Budgets are offered in the decimals prices have: nobody needs to spend 0.00000001. */
function wholeCents(budget: QuoteAtoms, rules: MarketRules): QuoteAtoms {
  const unit = pow10(Math.max(0, rules.quoteDecimals - Math.max(2, rules.price.decimals)));
  return quoteAtoms((budget / unit) * unit);
}

/** Where the slider stands for what is written: 0 to 100. */
export function shareOf(used: bigint | null, available: bigint | null): number {
  if (used === null || available === null || available <= 0n || used <= 0n) return 0;
  const share = (used * 100n) / available;
  return share >= 100n ? 100 : parseInt(share.toString(), 10);
}
