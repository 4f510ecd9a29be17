import { describe, expect, test } from "vitest";
import { ApiProblem } from "@/lib/api/problem";
import { marketRules, type MarketRules } from "@/lib/markets/rules";
import { priceTicks, qtySteps, quoteAtoms } from "@/lib/money/units";
import { estimate } from "./estimate";
import { changeType, edit, percent, shareOf, step } from "./linked";
import { EMPTY_DRAFT, type BookLevel, type Draft, type Funds } from "./model";
import { check, type CheckContext } from "./rules";
import { submitOrder, type PlacedOrder, type SubmitDoors } from "./submit";

const market = (tick: string, lot: string, minNotional = "5.00"): MarketRules => marketRules({
  symbol: "BTCUSDT", status: "TRADING", baseAsset: "BTC", quoteAsset: "USDT", baseAssetPrecision: 8, quoteAssetPrecision: 8,
  filters: [{ filterType: "PRICE_FILTER", minPrice: tick, maxPrice: "1000000.00", tickSize: tick }, { filterType: "LOT_SIZE", minQty: lot, maxQty: "9000.00000000", stepSize: lot }, { filterType: "NOTIONAL", minNotional }],
});
const BTC = market("0.01000000", "0.00001000");
const COARSE = market("0.05", "0.002");
const level = (price: bigint, quantity: bigint): BookLevel => ({ price: priceTicks(price), quantity: qtySteps(quantity) });
const ASKS = [level(6_425_060n, 110_000n), level(6_425_190n, 42_000n), level(6_425_240n, 10_000n)];
const BIDS = [level(6_425_010n, 80_000n), level(6_424_980n, 31_000n)];
const book = { against: (side: "BUY" | "SELL", limit: number) => (side === "BUY" ? ASKS : BIDS).slice(0, limit) };
const RICH: Funds = { base: 1_000_000_000_000n, quote: 100_000_000_000_000n };
const context = (change: Partial<CheckContext> = {}): CheckContext => ({ rules: BTC, funds: RICH, book, freshness: "live", firstOrder: false, alwaysReview: false, ...change });
const limit = (price: string, amount: string, rules = BTC): Draft => edit(edit(EMPTY_DRAFT, "BUY", "price", price, rules), "BUY", "amount", amount, rules);
const codes = (draft: Draft, side: "BUY" | "SELL" = "BUY", change: Partial<CheckContext> = {}) => check(draft, side, context(change)).problems.map((one) => one.code);

describe("linked fields", () => {
  test("price and amount give the total, exactly", () => {
    expect(limit("64250.10", "0.5").BUY.total).toBe("32125.05");
    expect(limit("64250.01", "0.00001").BUY.total).toBe("0.6425001");
  });
  test("price and total give the amount, rounded down to a step", () => {
    const draft = edit(edit(EMPTY_DRAFT, "BUY", "price", "64250.10", BTC), "BUY", "total", "100", BTC);
    expect(draft.BUY.amount).toBe("0.00155");
  });
  test("amount and total give the price: down for a buyer, up for a seller", () => {
    const write = (side: "BUY" | "SELL") => edit(edit(EMPTY_DRAFT, side, "amount", "0.3", BTC), side, "total", "100", BTC).price;
    expect([write("BUY"), write("SELL")]).toEqual(["333.33", "333.34"]);
  });
  test("what cannot be read leaves no calculated number behind", () => {
    const draft = edit(limit("64250.10", "0.5"), "BUY", "amount", "0,5", BTC);
    expect([draft.BUY.amount, draft.BUY.total]).toEqual(["0,5", ""]);
  });
  test("the shared price moves the totals of both sides", () => {
    const both = edit(limit("100", "1"), "SELL", "amount", "2", BTC);
    const moved = edit(both, "BUY", "price", "200", BTC);
    expect([moved.BUY.total, moved.SELL.total]).toEqual(["200", "400"]);
  });
  test("steps follow the grid, also one of five or two units, and stop at zero", () => {
    expect(step(limit("64250.10", "1"), "BUY", "price", 10n, BTC).price).toBe("64250.20");
    expect(step(limit("10.05", "1", COARSE), "BUY", "price", 1n, COARSE).price).toBe("10.10");
    expect(step(limit("10.05", "0.002", COARSE), "BUY", "amount", -10n, COARSE).BUY.amount).toBe("0.000");
  });
  test("a hundred per cent is never more than is there", () => {
    const funds: Funds = { base: 50_000_999n, quote: 10_012_345_678n };
    const sell = percent(limit("64250.10", ""), "SELL", 100, funds, BTC);
    expect(sell.SELL.amount).toBe("0.5");
    const buy = percent(limit("64250.10", ""), "BUY", 100, funds, BTC);
    expect(codes(buy, "BUY", { funds })).toEqual([]);
    expect(codes(step(buy, "BUY", "amount", 1n, BTC), "BUY", { funds })).toContain("FUNDS_INSUFFICIENT");
  });
  test("the slider says what share is written, and zero when nothing is known", () => {
    expect([shareOf(25n, 100n), shareOf(101n, 100n), shareOf(null, 100n), shareOf(1n, 0n), shareOf(5n, null)]).toEqual([25, 100, 0, 0, 0]);
  });
});

describe("the check of an order", () => {
  test("a good limit order is sent as the exchange writes it", () => {
    expect(check(limit("64,250.1", "0.5"), "BUY", context()).request).toEqual({ symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "GTC", price: "64250.10", quantity: "0.50000" });
    expect(check({ ...limit("64000", "0.5"), postOnly: true }, "BUY", context()).request).toMatchObject({ type: "LIMIT_MAKER" });
  });
  test.each([
    ["", "1", ["PRICE_MISSING"]], ["0", "1", ["PRICE_MISSING"]], ["100", "", ["QUANTITY_MISSING"]], ["100", "0", ["QUANTITY_OUT_OF_RANGE"]], ["2000000", "1", ["PRICE_OUT_OF_RANGE"]],
    ["100", "9001", ["QUANTITY_OUT_OF_RANGE"]], ["100", "0.01", ["NOTIONAL_TOO_SMALL"]], ["1e5", "1", ["NOT_A_NUMBER"]], ["0,5", "1", ["COMMA"]], ["100.001", "1", ["OFF_STEP"]],
  ])("price %s, amount %s: %s", (price, amount, expected) => {
    expect(codes(limit(price, amount))).toEqual(expected);
  });
  test("a price off the grid explains the step and offers the rounded value", () => {
    const found = check(limit("10.07", "1", COARSE), "BUY", context({ rules: COARSE })).problems[0];
    expect(found).toMatchObject({ code: "OFF_STEP", text: "Price moves in steps of 0.05.", fix: { label: "Round to 10.05", value: "10.05" } });
  });
  test("funds are compared to the last atom and named", () => {
    const funds: Funds = { base: 0n, quote: 3_212_505_000_000n };
    expect(codes(limit("64250.10", "0.5"), "BUY", { funds })).toEqual([]);
    expect(check(limit("64250.10", "0.5"), "BUY", context({ funds: { ...funds, quote: 3_212_504_999_999n } })).problems[0]?.text).toBe("You have 32,125.04999999 USDT available; this needs 32,125.05.");
  });
  test("unknown funds do not invent a refusal", () => {
    expect(codes(limit("64250.10", "0.5"), "BUY", { funds: { base: null, quote: null } })).toEqual([]);
  });
  test("post only at a price that would trade is told before the exchange has to", () => {
    expect(codes({ ...limit("64250.60", "0.5"), postOnly: true })).toEqual(["WOULD_TAKE"]);
    expect(codes({ ...limit("64250.59", "0.5"), postOnly: true })).toEqual([]);
  });
  test("market orders count amount or total, whichever was written last, and need live prices", () => {
    const byAmount = changeType(limit("1", "0.5"), "MARKET", BTC);
    expect(check(byAmount, "BUY", context()).request).toEqual({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.50000" });
    const byTotal = edit(byAmount, "BUY", "total", "100.5", BTC);
    expect(check(byTotal, "BUY", context()).request).toEqual({ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quoteOrderQty: "100.50000000" });
    expect(codes(byAmount, "BUY", { freshness: "old" })).toEqual(["OFFLINE"]);
    expect(codes(byAmount, "BUY", { book: { against: () => [] } })).toEqual(["BOOK_EMPTY"]);
  });
  test("a halted market takes no orders and says so", () => {
    expect(codes(limit("64250.10", "0.5"), "BUY", { rules: { ...BTC, status: "HALT" } })).toEqual(["MARKET_NOT_TRADING"]);
  });
});

describe("what is reviewed", () => {
  const reasons = (draft: Draft, change: Partial<CheckContext> = {}) => check(draft, "BUY", context(change)).reasons;
  test("an ordinary limit order is not", () => { expect(reasons(limit("64250.10", "0.5"))).toEqual([]); });
  test.each([
    ["far from the best price", limit("70000", "0.1"), {}, /above the best price/],
    ["a large share", limit("64250.10", "0.5"), { funds: { base: 0n, quote: 12_000_000_000_000n } }, /more than a quarter/],
    ["old prices", limit("64250.10", "0.5"), { freshness: "old" }, /may be old/],
    ["the first order", limit("64250.10", "0.5"), { firstOrder: true }, /first order on BTC\/USDT/],
    ["by wish", limit("64250.10", "0.5"), { alwaysReview: true }, /review every order/],
    ["a thin book", changeType(limit("1", "5"), "MARKET", BTC), {}, /too thin/],
  ] as const)("%s", (_, draft, change, expected) => {
    expect(reasons(draft, change)[0]).toMatch(expected);
  });
  test("a quarter exactly is not more than a quarter", () => {
    expect(reasons(limit("64250.10", "0.5"), { funds: { base: 0n, quote: 12_850_020_000_000n } })).toEqual([]);
  });
});

describe("the estimate", () => {
  test("walks levels, averages by money and names worst price and depth", () => {
    const found = estimate(ASKS, { quantity: qtySteps(120_000n) }, BTC);
    expect(found).toMatchObject({ quantity: 120_000n, worst: 6_425_190n, levels: 2, complete: true, average: 6_425_071n });
  });
  test("spends a budget without ever exceeding it", () => {
    const found = estimate(ASKS, { budget: quoteAtoms(100_00000000n) }, BTC);
    expect(found?.quantity).toBe(155n);
    expect((found?.cost ?? 0n) <= 100_00000000n).toBe(true);
  });
  test("an empty book estimates nothing", () => { expect(estimate([], { quantity: qtySteps(1n) }, BTC)).toBeNull(); });
});

describe("sending", () => {
  const request = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "1" } as const;
  const placed: PlacedOrder = { orderId: 1, clientOrderId: "c", status: "FILLED", executedQty: "1", cummulativeQuoteQty: "1" };
  const doors = (change: Partial<SubmitDoors>): SubmitDoors => ({ send: () => Promise.resolve(placed), find: () => Promise.reject(new ApiProblem(-2013, "Order does not exist.", 400)), wait: () => Promise.resolve(), ...change });
  const fail = (problem: ApiProblem) => () => Promise.reject(problem);

  test("an answer is the result", async () => {
    expect(await submitOrder(request, "c", () => { throw new Error("nothing to check"); }, doors({}))).toEqual({ kind: "accepted", order: placed });
  });
  test("a refusal is told in words and never asked about", async () => {
    const outcome = await submitOrder(request, "c", () => { throw new Error("nothing to check"); }, doors({ send: fail(new ApiProblem(-2010, "Account has insufficient balance for requested action.", 400)) }));
    expect(outcome).toEqual({ kind: "rejected", text: "Your available balance is too small for this order.", requestId: null });
  });
  test.each([new ApiProblem(-1007, "Timeout", 504), new ApiProblem(0, "gone", 0), new ApiProblem(-1000, "oops", 500)])("no answer is unknown, checked by client id, never sent again", async (problem) => {
    let sent = 0;
    let told = 0;
    const found = doors({ send: () => { sent += 1; return Promise.reject(problem); }, find: () => Promise.resolve(placed) });
    expect(await submitOrder(request, "c", () => { told += 1; }, found)).toEqual({ kind: "accepted", order: placed });
    expect([sent, told]).toEqual([1, 1]);
  });
  test("what is never found stays unknown, with the id to ask about", async () => {
    let asked = 0;
    const lost = doors({ send: fail(new ApiProblem(-1007, "Timeout", 504)), find: () => { asked += 1; return Promise.reject(new ApiProblem(-2013, "Order does not exist.", 400)); } });
    expect(await submitOrder(request, "c9", () => { /* shown as checking */ }, lost)).toEqual({ kind: "unknown", clientId: "c9" });
    expect(asked).toBe(10);
  });
});
