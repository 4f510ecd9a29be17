import { describe, expect, test } from "vitest";
import { socketUrl } from "./config";
import { uuid7 } from "./ids";
import { match, nameOf, type Shortcut } from "./keys/shortcuts";
import { gridOf, marketRules, notional, readRules, stepsFor } from "./markets/rules";
import { priceTicks, qtySteps, quoteAtoms } from "./money/units";
import { readLook } from "./preferences/preferences";

const wire = (tick: string, step: string) => ({
  symbol: "ETHBTC", status: "TRADING", baseAsset: "ETH", quoteAsset: "BTC", baseAssetPrecision: 8, quoteAssetPrecision: 8,
  filters: [{ filterType: "PRICE_FILTER", minPrice: tick, maxPrice: "1000.00000000", tickSize: tick }, { filterType: "LOT_SIZE", minQty: step, maxQty: "100000", stepSize: step }, { filterType: "MIN_NOTIONAL", minNotional: "0.0001" }],
});

describe("market rules", () => {
  test.each([["0.01000000", 2, 1n], ["0.05", 2, 5n], ["1.00000000", 0, 1n], ["10", 0, 10n], ["0.00001", 5, 1n]])("a step of %s", (step, decimals, units) => {
    expect(gridOf(step)).toEqual({ decimals, units });
  });
  test("money of an order is exact, and a budget buys whole steps", () => {
    const rules = marketRules(wire("0.00001000", "0.00100000"));
    expect(notional(priceTicks(5_311n), qtySteps(1n), rules)).toBe(5_311n);
    expect(stepsFor(quoteAtoms(10_000n), priceTicks(5_311n), rules)).toBe(1n);
    expect(stepsFor(quoteAtoms(10_000n), priceTicks(0n), rules)).toBe(0n);
  });
  test("a market whose rules cannot be read is left out", () => {
    expect(readRules({ symbols: [wire("0.01", "0.1"), { ...wire("0.01", "0.1"), symbol: "BROKEN", filters: [] }] }).map((one) => one.symbol)).toEqual(["ETHBTC"]);
  });
});

describe("shortcuts", () => {
  const press = (key: string, change: Partial<KeyboardEvent> = {}) => nameOf({ key, code: "", altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...change });
  test("are named by what is pressed", () => {
    expect([press("b"), press("B"), press("?", { shiftKey: true }), press("X", { shiftKey: true }), press("Enter", { ctrlKey: true }), press("k", { metaKey: true }), press("¡", { altKey: true, code: "Digit1" }), press("F6", { shiftKey: true })])
      .toEqual(["b", "b", "?", "Shift+X", "Ctrl+Enter", "Ctrl+k", "Alt+1", "Shift+F6"]);
  });
  test("sequences are remembered for a second", () => {
    const list: Shortcut[] = [{ keys: "g t", label: "", act: () => { /* not called here */ } }, { keys: "t", label: "", act: () => { /* not called here */ } }];
    expect(match("g", 0, list)).toBeNull();
    expect(match("t", 500, list)?.keys).toBe("g t");
    expect(match("g", 1_000, list)).toBeNull();
    expect(match("t", 2_500, list)?.keys).toBe("t");
  });
});

test("client order ids are UUIDs of version 7 in order of time", () => {
  const ids = [1_700_000_000_000, 1_700_000_000_001].map((ms) => uuid7(ms));
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids).toEqual(ids.toSorted());
});

test("the socket's address follows the page unless it was set", () => {
  expect(socketUrl({ wsUrl: null, wsPort: 9000 }, { protocol: "http:", hostname: "ex.local" })).toBe("ws://ex.local:9000");
  expect(socketUrl({ wsUrl: null, wsPort: 443 }, { protocol: "https:", hostname: "ex.local" })).toBe("wss://ex.local:443");
  expect(socketUrl({ wsUrl: "wss://stream.ex.local", wsPort: 9000 }, { protocol: "http:", hostname: "x" })).toBe("wss://stream.ex.local");
});

test("a look from a cookie is one of the choices, whatever the cookie says", () => {
  expect(readLook("light.blue-orange.sell.compact")).toEqual({ theme: "light", sides: "blue-orange", up: "sell", density: "compact" });
  expect(readLook("<script>.x")).toEqual({ theme: "system", sides: "teal-red", up: "buy", density: "regular" });
});
