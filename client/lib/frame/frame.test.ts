import { describe, expect, test } from "vitest";
import { Governor } from "./governor";
import { FrameScheduler } from "./scheduler";

function run(governor: Governor, interval: number, forMs: number, from: number): number {
  let now = from;
  for (const end = from + forMs; now < end; now += interval) governor.record(interval, now);
  return now;
}

describe("the governor", () => {
  test("halves on slow frames, down to its floor", () => {
    const governor = new Governor(30);
    const rates: number[] = [];
    let now = 1_000;
    for (let window = 0; window < 4; window += 1) { now = run(governor, 40, 2_100, now); rates.push(governor.rate); }
    expect(rates).toEqual([15, 8, 8, 8]);
  });
  test("doubles only after ten fast seconds, never above sixty", () => {
    const governor = new Governor(15);
    let now = run(governor, 16, 8_000, 1_000);
    expect(governor.rate).toBe(15);
    now = run(governor, 16, 4_000, now);
    expect(governor.rate).toBe(30);
    run(governor, 16, 60_000, now);
    expect(governor.rate).toBe(60);
  });
  test("one slow frame among many is no reason", () => {
    const governor = new Governor(30);
    for (let index = 0; index < 130; index += 1) governor.record(index === 50 ? 90 : 16, 1_000 + index * 16);
    expect(governor.rate).toBe(30);
  });
  test("a few samples prove nothing", () => {
    const governor = new Governor(30);
    governor.record(100, 1_000);
    governor.record(100, 4_000);
    expect(governor.rate).toBe(30);
  });
});

describe("the scheduler", () => {
  function harness() {
    const queue: ((now: number) => void)[] = [];
    let cost = 0;
    let clock = 0;
    const scheduler = new FrameScheduler((next) => queue.push(next), () => { clock += cost; return clock; });
    const frame = (now: number) => { const due = queue.splice(0); for (const next of due) next(now); return due.length; };
    return { scheduler, frame, setCost: (ms: number) => { cost = ms; } };
  }

  test("paints only what is dirty, most important first, and sleeps when nothing is", () => {
    const { scheduler, frame } = harness();
    const painted: string[] = [];
    const book = scheduler.register({ priority: 2, rate: 60, paint: () => painted.push("book") });
    const price = scheduler.register({ priority: 1, rate: 60, paint: () => painted.push("price") });
    scheduler.register({ priority: 0, rate: 60, paint: () => painted.push("clean") });
    book.invalidate();
    price.invalidate();
    book.invalidate();
    expect(frame(100)).toBe(1);
    expect(painted).toEqual(["price", "book"]);
    expect(frame(116)).toBe(0);
  });
  test("keeps a painter to its rate", () => {
    const { scheduler, frame } = harness();
    let painted = 0;
    const handle = scheduler.register({ priority: 2, rate: 30, paint: () => { painted += 1; handle.invalidate(); } });
    handle.invalidate();
    for (let now = 1_000; now < 2_000; now += 1_000 / 60) frame(now);
    expect(painted).toBeGreaterThanOrEqual(28);
    expect(painted).toBeLessThanOrEqual(31);
  });
  test("carries the rest to the next frame when the budget is used up", () => {
    const { scheduler, frame, setCost } = harness();
    const painted: string[] = [];
    const handles = ["a", "b", "c"].map((name, priority) => scheduler.register({ priority, rate: 60, paint: () => painted.push(name) }));
    for (const handle of handles) handle.invalidate();
    setCost(4);
    frame(100);
    expect(painted).toEqual(["a"]);
    setCost(0);
    frame(117);
    expect(painted).toEqual(["a", "b", "c"]);
  });
  test("a disposed painter is never called again", () => {
    const { scheduler, frame } = harness();
    let painted = 0;
    const handle = scheduler.register({ priority: 1, rate: 60, paint: () => { painted += 1; } });
    handle.invalidate();
    handle.dispose();
    frame(100);
    expect(painted).toBe(0);
  });
});
