import { describe, expect, test } from "vitest";
import { backoff } from "./backoff";
import { health, panelHealth, type Health, type LinkState } from "./health";
import { DepthSequence } from "./sequence";

describe("health", () => {
  const rows: [state: LinkState, age: number | null, expected: Health][] = [
    ["open", 0, "live"], ["open", 3_000, "live"], ["open", 3_001, "delayed"], ["open", 10_000, "delayed"], ["open", 10_001, "stale"],
    ["closed", 1_000, "live"], ["closed", 4_000, "delayed"], ["closed", 11_000, "stale"], ["offline", 0, "offline"], ["connecting", null, "connecting"], ["paused", 60_000, "stale"],
  ];
  test.each(rows)("%s, %s ms after the last message: %s", (state, age, expected) => {
    expect(health(100_000, { state, lastMessageAt: age === null ? 0 : 100_000 - age, since: 99_000 })).toBe(expected);
  });
  test("a first connection that takes too long is stale, not for ever connecting", () => {
    expect(health(100_000, { state: "connecting", lastMessageAt: 0, since: 80_000 })).toBe("stale");
  });
  test.each([["live", null, "live"], ["live", 99_000, "live"], ["live", 97_000, "stale"], ["stale", null, "stale"], ["offline", 97_000, "offline"], ["delayed", null, "delayed"]] as const)(
    "a panel of a %s link resyncing since %s is %s", (link, since, expected) => {
      expect(panelHealth(100_000, link, since)).toBe(expected);
    });
});

describe("the diff stream's sequence", () => {
  test("drops what the snapshot holds, joins over it, then wants every number", () => {
    const sequence = new DepthSequence();
    sequence.start(100);
    expect([sequence.judge(90, 95), sequence.judge(96, 100), sequence.judge(99, 103), sequence.judge(104, 104), sequence.judge(104, 104), sequence.judge(105, 108)]).toEqual(["drop", "drop", "apply", "apply", "drop", "apply"]);
    expect(sequence.last).toBe(108);
  });
  test.each([[102, 103], [103, 110]])("a first event from %i after a snapshot at 100 is a gap", (from, to) => {
    const sequence = new DepthSequence();
    sequence.start(100);
    expect(sequence.judge(from, to)).toBe("gap");
  });
  test("after the first, an overlap is a gap too: contiguous means exactly the next", () => {
    const sequence = new DepthSequence();
    sequence.start(100);
    expect([sequence.judge(101, 102), sequence.judge(102, 105)]).toEqual(["apply", "gap"]);
  });
  test("a range that runs backwards is a gap", () => {
    const sequence = new DepthSequence();
    sequence.start(1);
    expect(sequence.judge(9, 2)).toBe("gap");
  });
});

describe("reconnecting", () => {
  test("the first try comes within half a second, later ones never after more than thirty", () => {
    expect(backoff(0, 1006, () => 1)).toBe(500);
    expect(backoff(3, 1006, () => 0.5)).toBe(2_000);
    expect(backoff(50, 1006, () => 1)).toBe(30_000);
  });
  test("a restart of the server is met with one to ten seconds of jitter", () => {
    expect([backoff(0, 1012, () => 0), backoff(0, 1013, () => 1)]).toEqual([1_000, 10_000]);
  });
});
