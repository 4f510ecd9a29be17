/** A market's rules, read from exchangeInfo. Nothing about a market is drawn before these are known. */
import { formatOnGrid } from "@/lib/money/format";
import { parseWire } from "@/lib/money/parse";
import { divideDown, pow10, priceTicks, qtySteps, quoteAtoms, type Grid, type PriceTicks, type QtySteps, type QuoteAtoms } from "@/lib/money/units";

export interface MarketRules {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly status: string;
  readonly baseDecimals: number;
  readonly quoteDecimals: number;
  readonly price: Grid;
  readonly quantity: Grid;
  readonly priceMin: PriceTicks;
  readonly priceMax: PriceTicks;
  readonly quantityMin: QtySteps;
  readonly quantityMax: QtySteps;
  readonly notionalMin: QuoteAtoms;
}

export interface WireFilter { readonly filterType: string; readonly [name: string]: unknown }
export interface WireMarket {
  readonly symbol: string;
  readonly status: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly baseAssetPrecision: number;
  readonly quoteAssetPrecision: number;
  readonly filters: readonly WireFilter[];
}
export interface WireExchangeInfo { readonly symbols: readonly WireMarket[] }

const SCALE = 18;

/** `0.01000000` → two decimals, one unit; `0.05` → two decimals, five units. */
export function gridOf(step: string): Grid {
  const fraction = (step.split(".")[1] ?? "").replace(/0+$/, "");
  return { decimals: fraction.length, units: parseWire(step, fraction.length) };
}

const onGrid = (text: string, grid: Grid): bigint => divideDown(parseWire(text, SCALE), pow10(SCALE - grid.decimals)) / grid.units;

function field(market: WireMarket, types: readonly string[], name: string): string {
  const filter = market.filters.find((one) => types.includes(one.filterType));
  const value = filter?.[name];
  if (typeof value !== "string") throw new TypeError(`${market.symbol}: ${types[0]}.${name} is missing`);
  return value;
}

export function marketRules(market: WireMarket): MarketRules {
  const price = gridOf(field(market, ["PRICE_FILTER"], "tickSize"));
  const quantity = gridOf(field(market, ["LOT_SIZE"], "stepSize"));
  return {
    symbol: market.symbol,
    base: market.baseAsset,
    quote: market.quoteAsset,
    status: market.status,
    baseDecimals: market.baseAssetPrecision,
    quoteDecimals: market.quoteAssetPrecision,
    price,
    quantity,
    priceMin: priceTicks(onGrid(field(market, ["PRICE_FILTER"], "minPrice"), price)),
    priceMax: priceTicks(onGrid(field(market, ["PRICE_FILTER"], "maxPrice"), price)),
    quantityMin: qtySteps(onGrid(field(market, ["LOT_SIZE"], "minQty"), quantity)),
    quantityMax: qtySteps(onGrid(field(market, ["LOT_SIZE"], "maxQty"), quantity)),
    notionalMin: quoteAtoms(parseWire(field(market, ["NOTIONAL", "MIN_NOTIONAL"], "minNotional"), market.quoteAssetPrecision)),
  };
}

/** Markets whose rules we cannot read are left out rather than shown with wrong decimals. */
export function readRules(info: WireExchangeInfo): MarketRules[] {
  return info.symbols.flatMap((market) => {
    try {
      return [marketRules(market)];
    } catch {
      return [];
    }
  });
}

/** Exact where the exchange guarantees it; `up` for what a buyer may have to pay, `down` for what a seller may count on. */
export function notional(price: PriceTicks, quantity: QtySteps, rules: MarketRules, rounding: "up" | "down" = "up"): QuoteAtoms {
  const product = price * rules.price.units * quantity * rules.quantity.units;
  const shift = rules.quoteDecimals - rules.price.decimals - rules.quantity.decimals;
  if (shift >= 0) return quoteAtoms(product * pow10(shift));
  const by = pow10(-shift);
  return quoteAtoms(rounding === "up" ? (product + by - 1n) / by : product / by);
}

/** How many whole steps an amount of quote buys at a price. */
export function stepsFor(budget: QuoteAtoms, price: PriceTicks, rules: MarketRules): QtySteps {
  if (price <= 0n) return qtySteps(0n);
  const shift = rules.quoteDecimals - rules.price.decimals - rules.quantity.decimals;
  const each = price * rules.price.units * rules.quantity.units;
  const steps = shift >= 0 ? budget / (each * pow10(shift)) : (budget * pow10(-shift)) / each;
  return qtySteps(steps);
}

/** Base atoms → whole steps, rounded down. */
export const stepsOfAtoms = (atoms: bigint, rules: MarketRules): QtySteps =>
  qtySteps(atoms / pow10(rules.baseDecimals - rules.quantity.decimals) / rules.quantity.units);

export const isTrading = (rules: MarketRules): boolean => rules.status === "TRADING";
export const showPrice = (price: PriceTicks, rules: MarketRules): string => formatOnGrid(price, rules.price);
export const showQty = (quantity: QtySteps, rules: MarketRules): string => formatOnGrid(quantity, rules.quantity);
export const pairName = (rules: { base: string; quote: string }): string => `${rules.base}/${rules.quote}`;
