/** The pure check of a draft: what is wrong, what deserves a second look, what would be sent. Runs on every key. */
import { isTrading, notional, pairName, showPrice, showQty, stepsOfAtoms, type MarketRules } from "@/lib/markets/rules";
import { formatUnits, plainOnGrid, plainUnits, trimZeros } from "@/lib/money/format";
import { parseRoundedDown, parseTyped } from "@/lib/money/parse";
import { priceTicks, qtySteps, quoteAtoms, type Grid, type PriceTicks, type QtySteps, type QuoteAtoms } from "@/lib/money/units";
import { estimate, type Estimate } from "./estimate";
import { marketField, type BookReader, type Draft, type Field, type Freshness, type Funds, type OrderRequest, type Side } from "./model";
import { PARSE_TEXT, type Problem, type ProblemCode } from "./problems";
import { reviewReasons } from "./review";

export interface CheckContext {
  readonly rules: MarketRules;
  readonly funds: Funds;
  readonly book: BookReader | null;
  readonly freshness: Freshness;
  readonly firstOrder: boolean;
  readonly alwaysReview: boolean;
}

export interface Check {
  readonly problems: readonly Problem[];
  readonly reasons: readonly string[];
  readonly request: OrderRequest | null;
  readonly estimate: Estimate | null;
  /** What the order holds at most: quote for a buy, base steps for a sell. */
  readonly quantity: QtySteps | null;
  readonly total: QuoteAtoms | null;
  readonly price: PriceTicks | null;
}

const problem = (code: ProblemCode, field: Field | null, text: string, rest: Partial<Problem> = {}): Problem => ({ code, field, text, immediate: false, ...rest });

interface Read<T> { readonly value: T | null; readonly problems: readonly Problem[] }

function readOnGrid(field: "price" | "amount", text: string, grid: Grid): Read<bigint> {
  const noun = field === "price" ? "Price" : "Amount";
  const parsed = parseTyped(text, grid.decimals);
  if (parsed.ok && parsed.units % grid.units === 0n) return { value: parsed.units / grid.units, problems: [] };
  if (!parsed.ok && parsed.problem === "EMPTY") return { value: null, problems: [problem(field === "price" ? "PRICE_MISSING" : "QUANTITY_MISSING", field, `Enter ${field === "price" ? "a price" : "an amount"}.`)] };
  const offStep = parsed.ok || parsed.problem === "TOO_MANY_DECIMALS";
  if (!offStep) return { value: null, problems: [problem(parsed.problem, field, PARSE_TEXT[parsed.problem], { immediate: true })] };
  const down = parseRoundedDown(text, grid.decimals);
  const value = down === null ? "" : plainOnGrid(down / grid.units, grid);
  const fix = down === null ? {} : { fix: { label: `Round to ${formatUnits((down / grid.units) * grid.units, grid.decimals)}`, value } };
  return { value: null, problems: [problem("OFF_STEP", field, `${noun} moves in steps of ${formatUnits(grid.units, grid.decimals)}.`, { immediate: true, ...fix })] };
}

function readPrice(draft: Draft, rules: MarketRules): Read<PriceTicks> {
  const { value, problems } = readOnGrid("price", draft.price, rules.price);
  if (value === null) return { value: null, problems };
  const price = priceTicks(value);
  if (price === 0n) return { value: null, problems: [problem("PRICE_MISSING", "price", "Price must be above zero.")] };
  if (price < rules.priceMin || price > rules.priceMax) return { value: null, problems: [problem("PRICE_OUT_OF_RANGE", "price", `Price must be between ${showPrice(rules.priceMin, rules)} and ${showPrice(rules.priceMax, rules)}.`)] };
  return { value: price, problems: [] };
}

function readQuantity(text: string, rules: MarketRules): Read<QtySteps> {
  const { value, problems } = readOnGrid("amount", text, rules.quantity);
  if (value === null) return { value: null, problems };
  const quantity = qtySteps(value);
  if (quantity < rules.quantityMin || quantity > rules.quantityMax) return { value: null, problems: [problem("QUANTITY_OUT_OF_RANGE", "amount", `Amount must be between ${showQty(rules.quantityMin, rules)} and ${showQty(rules.quantityMax, rules)} ${rules.base}.`)] };
  return { value: quantity, problems: [] };
}

function readBudget(text: string, rules: MarketRules): Read<QuoteAtoms> {
  const parsed = parseTyped(text, rules.quoteDecimals);
  if (parsed.ok && parsed.units > 0n) return { value: quoteAtoms(parsed.units), problems: [] };
  if (parsed.ok || parsed.problem === "EMPTY") return { value: null, problems: [problem("QUANTITY_MISSING", "total", "Enter a total.")] };
  return { value: null, problems: [problem(parsed.problem, "total", PARSE_TEXT[parsed.problem], { immediate: true })] };
}

const spread = (total: QuoteAtoms, rules: MarketRules): Problem[] =>
  total < rules.notionalMin ? [problem("NOTIONAL_TOO_SMALL", "total", `Total must be at least ${trimZeros(formatUnits(rules.notionalMin, rules.quoteDecimals))} ${rules.quote}.`)] : [];

function fundsProblem(side: Side, need: bigint, available: bigint | null, decimals: number, asset: string): Problem[] {
  if (available === null || need <= available) return [];
  const shown = (units: bigint) => trimZeros(formatUnits(units, decimals));
  return [problem("FUNDS_INSUFFICIENT", side === "BUY" ? "total" : "amount", `You have ${shown(available)} ${asset} available; this needs ${shown(need)}.`)];
}

interface Sized { price: PriceTicks | null; quantity: QtySteps | null; budget: QuoteAtoms | null; problems: Problem[] }

function sizes(draft: Draft, side: Side, rules: MarketRules): Sized {
  const leg = draft[side];
  const limit = draft.type === "LIMIT";
  const byTotal = !limit && marketField(leg) === "total";
  const price = limit ? readPrice(draft, rules) : { value: null, problems: [] };
  const quantity = byTotal ? { value: null, problems: [] } : readQuantity(leg.amount, rules);
  const budget = byTotal ? readBudget(leg.total, rules) : { value: null, problems: [] };
  return { price: price.value, quantity: quantity.value, budget: budget.value, problems: [...price.problems, ...quantity.problems, ...budget.problems] };
}

function met(draft: Draft, side: Side, sized: Sized, context: CheckContext): Estimate | null {
  if (!context.book || (sized.quantity === null && sized.budget === null)) return null;
  const { price } = sized;
  const limit = price === null ? {} : { limit: (at: PriceTicks) => (side === "BUY" ? at <= price : at >= price) };
  return estimate(context.book.against(side, 500), { ...(sized.budget === null ? { quantity: sized.quantity ?? qtySteps(0n) } : { budget: sized.budget }), ...limit }, context.rules);
}

/** What is held if the order is accepted: total for a buy, steps in base atoms for a sell; null when only the exchange can say. */
function needs(draft: Draft, side: Side, sized: Sized, total: QuoteAtoms | null, found: Estimate | null, context: CheckContext): Problem[] {
  const { rules, funds } = context;
  if (side === "BUY") {
    const need = total ?? found?.cost ?? null;
    return need === null ? [] : fundsProblem(side, need, funds.quote, rules.quoteDecimals, rules.quote);
  }
  const quantity = sized.quantity ?? found?.quantity ?? null;
  if (quantity === null || funds.base === null || quantity <= stepsOfAtoms(funds.base, rules)) return [];
  return [problem("FUNDS_INSUFFICIENT", "amount", `You have ${trimZeros(formatUnits(funds.base, rules.baseDecimals))} ${rules.base} available; this needs ${showQty(quantity, rules)}.`)];
}

function state(draft: Draft, side: Side, sized: Sized, found: Estimate | null, context: CheckContext): Problem[] {
  const { rules, freshness, book } = context;
  const all: Problem[] = [];
  if (!isTrading(rules)) all.push(problem("MARKET_NOT_TRADING", null, `${pairName(rules)} takes no new orders now. Open orders can be cancelled.`));
  if (draft.type === "MARKET" && freshness !== "live") all.push(problem("OFFLINE", null, "Market orders are off while prices are not live."));
  else if (draft.type === "MARKET" && book && book.against(side, 1).length === 0) all.push(problem("BOOK_EMPTY", null, "Nobody is on the other side of this market now."));
  if (draft.type === "LIMIT" && draft.postOnly && found && freshness === "live") all.push(problem("WOULD_TAKE", "price", "Post-only order would trade at once at this price."));
  return all;
}

function requestOf(draft: Draft, side: Side, sized: Sized, rules: MarketRules): OrderRequest | null {
  const { price, quantity, budget } = sized;
  const quantityText = quantity === null ? null : plainOnGrid(quantity, rules.quantity);
  if (draft.type === "MARKET") {
    if (budget !== null) return { symbol: rules.symbol, side, type: "MARKET", quoteOrderQty: plainUnits(budget, rules.quoteDecimals) };
    return quantityText === null ? null : { symbol: rules.symbol, side, type: "MARKET", quantity: quantityText };
  }
  if (price === null || quantityText === null) return null;
  const common = { symbol: rules.symbol, side, price: plainOnGrid(price, rules.price), quantity: quantityText };
  return draft.postOnly ? { ...common, type: "LIMIT_MAKER" } : { ...common, type: "LIMIT", timeInForce: draft.timeInForce };
}

export function check(draft: Draft, side: Side, context: CheckContext): Check {
  const { rules } = context;
  const sized = sizes(draft, side, rules);
  const { price, quantity } = sized;
  const total = sized.budget ?? (price !== null && quantity !== null ? notional(price, quantity, rules) : null);
  const found = met(draft, side, sized, context);
  const problems = [
    ...state(draft, side, sized, found, context), ...sized.problems,
    ...(total === null ? [] : spread(total, rules)), ...needs(draft, side, sized, total, found, context),
  ];
  const request = problems.length === 0 ? requestOf(draft, side, sized, rules) : null;
  const reasons = request === null ? [] : reviewReasons({ draft, side, price, quantity, total, estimate: found, context });
  return { problems, reasons, request, estimate: found, quantity, total, price };
}
