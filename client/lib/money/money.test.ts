import { describe, expect, test } from "vitest";
import { formatCompact, formatPercent, formatShort, formatUnits, plainUnits, quietZeros, trimZeros } from "./format";
import { parseRoundedDown, parseSafe, parseTyped, parseWire, parseWireCut, ungroup } from "./parse";
import { divideDown, divideHalfEven, divideUp } from "./units";

describe("what a person types", () => {
  test.each([
    ["0.5", 8, 50_000_000n], ["64250.10", 2, 6_425_010n], ["64250.1", 2, 6_425_010n], [".5", 2, 50n], ["5.", 2, 500n],
    ["1,234.56", 2, 123_456n], ["1,000", 0, 1000n], ["0", 2, 0n], [" 12 ", 0, 12n], ["1.10000", 2, 110n],
    ["999999999999999999", 0, 999_999_999_999_999_999n],
  ])("%s with %i decimals is exact", (text, decimals, units) => {
    expect(parseTyped(text, decimals)).toEqual({ ok: true, units });
  });

  test.each([
    ["0,5", "COMMA"], ["1,00", "COMMA"], ["0,500", "COMMA"], ["1,2345", "COMMA"], ["", "EMPTY"], [".", "NOT_A_NUMBER"], ["1e5", "NOT_A_NUMBER"],
    ["-1", "NOT_A_NUMBER"], ["+1", "NOT_A_NUMBER"], ["1_000", "NOT_A_NUMBER"], ["NaN", "NOT_A_NUMBER"], ["Infinity", "NOT_A_NUMBER"], ["٣", "NOT_A_NUMBER"],
    ["0x10", "NOT_A_NUMBER"], ["1.2.3", "NOT_A_NUMBER"], ["1.234", "TOO_MANY_DECIMALS"], ["1".repeat(25), "TOO_LONG"],
  ])("%s is refused, not guessed", (text, problem) => {
    expect(parseTyped(text, 2)).toEqual({ ok: false, problem });
  });

  test("the offer to round cuts to the grid's decimals", () => {
    expect(parseRoundedDown("64250.109", 2)).toBe(6_425_010n);
    expect(parseRoundedDown("0,5", 2)).toBeNull();
  });

  test("only canonical grouping is taken away", () => {
    expect(ungroup("12,345,678.9")).toBe("12345678.9");
    expect(ungroup("12,34")).toBe("12,34");
    expect(ungroup("012,345")).toBe("012,345");
  });
});

describe("what the server sends", () => {
  test.each([["1.00000000", 8, 100_000_000n], ["-0.5", 1, -5n], ["7", 3, 7000n], ["0.10000000", 1, 1n]])("%s", (text, decimals, units) => {
    expect(parseWire(text, decimals)).toBe(units);
  });
  test.each(["1e5", "", "abc", "1.", ".5", "1,5", " 1"])("%s is not money", (text) => {
    expect(() => parseWire(text, 8)).toThrow(TypeError);
  });
  test("digits beyond the scale are refused for money and cut for statistics", () => {
    expect(() => parseWire("0.123", 2)).toThrow(TypeError);
    expect(parseWireCut("0.129", 2)).toBe(12n);
    expect(parseWireCut("-1.999", 0)).toBe(-1n);
  });
  test.each([["64250.10", 2, 6_425_010], ["0.00001", 5, 1], ["64250.10000000", 2, 6_425_010], ["5", 2, 500], ["1.5", 0, -1], ["", 2, -1], ["1e3", 2, -1], ["99999999999999999", 2, -1]])(
    "the fast parser reads %s", (text, decimals, value) => {
      expect(parseSafe(text, decimals)).toBe(value);
    });
});

describe("what is shown", () => {
  test.each([[6_425_010n, 2, "64,250.10"], [0n, 2, "0.00"], [-5n, 2, "−0.05"], [1_000n, 0, "1,000"], [123n, 8, "0.00000123"], [10n ** 21n, 2, "10,000,000,000,000,000,000.00"]])(
    "%s units with %i decimals", (units, decimals, text) => {
      expect(formatUnits(units, decimals)).toBe(text);
    });
  test("the wire gets neither grouping nor a typographic minus", () => {
    expect(plainUnits(-123_456n, 2)).toBe("-1234.56");
  });
  test.each([[124n, "+1.24 %"], [-31n, "−0.31 %"], [0n, "+0.00 %"]])("percent %s", (value, text) => {
    expect(formatPercent(value)).toBe(text);
  });
  test.each([[1_240_000n, 3, "1.24K"], [999n, 0, "999"], [1_000n, 0, "1.00K"], [12_345_678n, 0, "12.3M"], [0n, 8, "0"], [5n, 1, "0.5"]])(
    "compact %s", (units, decimals, text) => {
      expect(formatCompact(units, decimals)).toBe(text);
    });
  test("zeros are quiet or trimmed, digits are kept", () => {
    expect(quietZeros("0.50000000")).toEqual(["0.5", "0000000"]);
    expect(quietZeros("100")).toEqual(["100", ""]);
    expect(quietZeros("1.00")).toEqual(["1", ".00"]);
    expect(trimZeros("0.50000")).toBe("0.5");
    expect(trimZeros("100")).toBe("100");
    expect(formatShort(123_456n, 4, 2)).toBe("12.35");
  });
});

test("rounding is named and right for both signs", () => {
  expect([divideDown(7n, 2n), divideDown(-7n, 2n), divideUp(7n, 2n), divideUp(-7n, 2n)]).toEqual([3n, -4n, 4n, -3n]);
  expect([5n, 15n, 25n, -5n, 16n].map((value) => divideHalfEven(value, 10n))).toEqual([0n, 2n, 2n, 0n, 2n]);
});
