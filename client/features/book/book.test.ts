import { describe, expect, test } from "vitest";
import { random } from "../../tests/feed/random.mjs";
import { BookFeed } from "./feed";
import { groupPrice, groupsFor, nextGroup } from "./grouping";
import { decodeLevels, isDiff, NotABook, type BookScale, type WireDepth, type WireDiff, type WireLevel } from "./model";
import { LEVELS_MAX } from "./side";
import { BookStore, emptyView } from "./store";

const SCALE: BookScale = { priceDecimals: 2, quantityDecimals: 5, tick: 1 };
const price = (units: number) => `${Math.floor(units / 100)}.${String(units % 100).padStart(2, "0")}`;
const size = (units: number) => `${Math.floor(units / 1e5)}.${String(units % 1e5).padStart(5, "0")}`;

/** The obvious book: two maps, sorted whenever somebody looks. */
class NaiveBook {
  bids = new Map<number, number>();
  asks = new Map<number, number>();
  apply(diff: { b: [number, number][]; a: [number, number][] }): void {
    for (const [side, levels] of [[this.bids, diff.b], [this.asks, diff.a]] as const)
      for (const [at, quantity] of levels) { if (quantity === 0) side.delete(at); else side.set(at, quantity); }
  }
  view(side: "bid" | "ask", group: number, limit: number) {
    const grouped = new Map<number, number>();
    for (const [at, quantity] of side === "bid" ? this.bids : this.asks) {
      const shown = side === "bid" ? Math.floor(at / group) * group : Math.ceil(at / group) * group;
      grouped.set(shown, (grouped.get(shown) ?? 0) + quantity);
    }
    const rows = [...grouped].sort((x, y) => (side === "bid" ? y[0] - x[0] : x[0] - y[0])).slice(0, limit);
    let total = 0;
    return rows.map(([at, quantity]) => [at, quantity, (total += quantity)]);
  }
}

function shown(store: BookStore, side: "bid" | "ask", group: number, limit: number) {
  const view = store.view(side, group, limit, emptyView());
  return Array.from({ length: view.count }, (_, index) => [view.prices[index], view.sizes[index], view.totals[index]]);
}

const wire = (levels: [number, number][]): WireLevel[] => levels.map(([at, quantity]) => [price(at), size(quantity)]);

test("the store and its naive twin agree after each of 10,000 random deltas", () => {
  const chance = random(42);
  const store = new BookStore(SCALE);
  const naive = new NaiveBook();
  for (let round = 0; round < 10_000; round += 1) {
    const change = (): [number, number] => [100_000 + Math.floor(chance() * 400), chance() < 0.35 ? 0 : 1 + Math.floor(chance() * 1e6)];
    const diff = { b: Array.from({ length: Math.floor(chance() * 4) }, change), a: Array.from({ length: Math.floor(chance() * 4) }, change) };
    naive.apply(diff);
    store.apply({ U: round, u: round, b: wire(diff.b), a: wire(diff.a) });
    const group = [1, 10, 50][round % 3] ?? 1;
    const side = round % 2 === 0 ? "bid" : "ask";
    if (JSON.stringify(shown(store, side, group, 25)) !== JSON.stringify(naive.view(side, group, 25))) expect(shown(store, side, group, 25), `round ${round}`).toEqual(naive.view(side, group, 25));
  }
  expect(store.version).toBe(10_000);
}, 60_000);

describe("the store", () => {
  test("drops levels beyond its depth and knows when it must ask again", () => {
    const store = new BookStore(SCALE);
    const levels = Array.from({ length: LEVELS_MAX + 50 }, (_, index): [number, number] => [200_000 - index, 7]);
    store.apply({ U: 1, u: 1, b: wire(levels), a: [] });
    expect(store.bids.prices).toHaveLength(LEVELS_MAX);
    expect(store.bestBid()).toBe(200_000);
    expect(store.needsSnapshot()).toBe(false);
    store.apply({ U: 2, u: 2, b: wire(levels.slice(0, LEVELS_MAX - 100).map(([at]) => [at, 0])), a: [] });
    expect(store.needsSnapshot()).toBe(true);
  });

  test("removing what is not there is normal", () => {
    const store = new BookStore(SCALE);
    store.apply({ U: 1, u: 1, b: wire([[100, 0]]), a: [] });
    expect(store.bestBid()).toBeNull();
  });

  test.each([[["x", "1"]], [["1.001", "1"]], [["0", "1"]], [["1", "-1"]], [["1", "1e3"]]])("a level that is not of this market is refused: %s", (level) => {
    expect(() => { decodeLevels([level as unknown as WireLevel], SCALE, () => { /* nothing to keep */ }); }).toThrow(NotABook);
  });

  test.each([null, 1, {}, { U: 1, u: 2, b: [] }, { U: "1", u: 2, b: [], a: [] }])("%j is not a diff", (data) => {
    expect(isDiff(data)).toBe(false);
  });
});

describe("grouping", () => {
  test("bids round down and asks up, so that no price looks better than it is", () => {
    expect([groupPrice(12_345, 100, "bid"), groupPrice(12_345, 100, "ask"), groupPrice(12_300, 100, "bid"), groupPrice(12_300, 100, "ask")]).toEqual([12_300, 12_400, 12_300, 12_300]);
  });
  test("offers from a tick up to about half a per cent, and steps stay inside", () => {
    expect(groupsFor(1, 6_425_010)).toEqual([1, 10, 50, 100, 500, 1_000]);
    expect(groupsFor(1, 100)).toEqual([1]);
    expect([nextGroup([1, 10, 50], 10, 1), nextGroup([1, 10, 50], 50, 1), nextGroup([1, 10, 50], 1, -1)]).toEqual([50, 50, 1]);
  });
});

/** An exchange that counts: every change has a number, diffs and snapshots come from the same counter. */
class Source {
  id = 100;
  book = new NaiveBook();
  constructor(private readonly chance: () => number) {}
  next(): WireDiff {
    const from = this.id + 1;
    this.id += 1 + Math.floor(this.chance() * 3);
    const change = (): [number, number] => [100_000 + Math.floor(this.chance() * 60), this.chance() < 0.3 ? 0 : 1 + Math.floor(this.chance() * 1e6)];
    const diff = { b: [change()], a: [change(), change()] };
    this.book.apply(diff);
    return { U: from, u: this.id, b: wire(diff.b), a: wire(diff.a) };
  }
  snapshot(): WireDepth {
    return { lastUpdateId: this.id, bids: wire([...this.book.bids]), asks: wire([...this.book.asks]) };
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("the feed", () => {
  test("buffers, replays from the snapshot, and survives lost, repeated and reordered events", async () => {
    const chance = random(7);
    const source = new Source(chance);
    const store = new BookStore(SCALE);
    const feed = new BookFeed(store, { fetchSnapshot: () => Promise.resolve(source.snapshot()), changed: () => { /* no painter here */ } });
    feed.opened();
    feed.message(source.next());
    await settled();
    let gaps = 0;
    for (let round = 0; round < 600; round += 1) {
      const diff = source.next();
      const luck = chance();
      if (luck < 0.03) gaps += 1;
      else if (luck < 0.06) { feed.message(diff); feed.message(diff); }
      else if (luck < 0.09) { const later = source.next(); feed.message(later); feed.message(diff); gaps += 1; }
      else feed.message(diff);
      await settled();
    }
    feed.message(source.next());
    await settled();
    expect(gaps).toBeGreaterThan(10);
    expect(feed.phase).toBe("live");
    for (const side of ["bid", "ask"] as const) expect(shown(store, side, 1, 60)).toEqual(source.book.view(side, 1, 60));
  });

  test("a snapshot older than the first buffered event is not used", async () => {
    let asked = 0;
    const feed = new BookFeed(new BookStore(SCALE), { fetchSnapshot: () => { asked += 1; return Promise.resolve({ lastUpdateId: 5, bids: [], asks: [] }); }, changed: () => { /* no painter here */ } });
    feed.opened();
    feed.message({ U: 10, u: 11, b: [], a: [] });
    await settled();
    expect([asked, feed.phase]).toEqual([1, "syncing"]);
    feed.dispose();
  });

  test("an event that cannot be read is treated as a gap, and the old book stays", async () => {
    const store = new BookStore(SCALE);
    const feed = new BookFeed(store, { fetchSnapshot: () => Promise.resolve({ lastUpdateId: 1, bids: [["10.00", "1"]], asks: [] }), changed: () => { /* no painter here */ } });
    feed.opened();
    await settled();
    feed.message({ U: 2, u: 2, b: [["ten", "1"]], a: [] });
    expect(feed.phase).toBe("syncing");
    expect(store.bestBid()).toBe(1_000);
    feed.dispose();
  });
});
