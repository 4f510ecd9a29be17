import { expect, test } from "vitest";
import { acceptTyped, atRest } from "./decimal-input";

test.each([["0.5", "0.5"], ["0,5", "0,5"], ["1,234.56", "1234.56"], ["", ""], [" 12 ", "12"], ["1.", "1."]])("%s is kept as %s", (typed, kept) => {
  expect(acceptTyped(typed)).toBe(kept);
});

test.each(["1e5", "-1", "abc", "1 000", "٣", "1.2.3", "1".repeat(25)])("%s is not let in", (typed) => {
  expect(acceptTyped(typed)).toBeNull();
});

test("a field nobody types in is grouped, and a refused comma stays visible", () => {
  expect([atRest("64250.10"), atRest("0,5"), atRest(""), atRest("1000")]).toEqual(["64,250.10", "0,5", "", "1,000"]);
});
