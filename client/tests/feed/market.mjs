/** One invented market: a moving book, trades and candles, all in integers, all from one seed. */
import { random } from "./random.mjs";

const LEVELS = 220;
export const INTERVALS = { "1s": 1e3, "1m": 6e4, "5m": 3e5, "15m": 9e5, "1h": 36e5, "4h": 144e5, "1d": 864e5 };

export const decimal = (value, decimals) => {
  const digits = String(value).padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};

export class Market {
  constructor(spec, seed) {
    Object.assign(this, spec);
    this.chance = random(seed);
    this.bids = new Map();
    this.asks = new Map();
    this.updateId = 1000;
    this.tradeId = 0;
    this.trades = [];
    this.pending = { bids: new Map(), asks: new Map(), from: this.updateId + 1 };
    this.listeners = new Set();
    this.candles = Object.fromEntries(Object.keys(INTERVALS).map((name) => [name, this.history(INTERVALS[name])]));
    this.mid = this.candles["1m"].at(-1).c;
    for (const side of ["bids", "asks"]) this.fill(side);
    this.pending = { bids: new Map(), asks: new Map(), from: this.updateId + 1 };
    for (let index = 0; index < 60; index += 1) this.trade();
  }

  history(length) {
    const end = Math.floor(Date.now() / length) * length;
    const swing = this.start * 0.0012 * Math.sqrt(Math.min(length, 36e5) / 6e4);
    const bars = [];
    let close = this.start;
    for (let index = 0; index < 500; index += 1) {
      const open = close;
      close = Math.max(10, Math.round(open + (this.chance() - 0.5) * swing));
      if (index > 0) close += Math.round((this.start - close) * 0.01);
      const high = Math.max(open, close) + Math.round(this.chance() * swing * 0.4);
      const low = Math.max(1, Math.min(open, close) - Math.round(this.chance() * swing * 0.4));
      bars.push({ t: end - (499 - index) * length, o: open, h: high, l: low, c: close, v: Math.round(this.lot * 3 * (length / 1e3) * (0.6 + this.chance() * 0.8)), n: 9 });
    }
    const shift = this.start - bars.at(-1).c;
    return bars.map((bar) => ({ ...bar, o: bar.o + shift, h: bar.h + shift, l: Math.max(1, bar.l + shift), c: bar.c + shift }));
  }

  quantity() { return Math.max(1, Math.round(this.lot * (0.02 + this.chance() ** 3 * 2))); }

  fill(side) {
    const sign = side === "bids" ? -1 : 1;
    for (let index = 1; this[side].size < LEVELS && index < 4000; index += 1)
      if (this.chance() < 0.7) this.set(side, this.mid + sign * (index * this.gap), this.quantity());
  }

  set(side, price, quantity) {
    if (quantity <= 0) { if (!this[side].delete(price)) return; } else this[side].set(price, quantity);
    this.updateId += 1;
    this.pending[side].set(price, Math.max(0, quantity));
  }

  best(side) { return side === "bids" ? Math.max(...this.bids.keys()) : Math.min(...this.asks.keys()); }

  step(changes) {
    for (let index = 0; index < changes; index += 1) {
      const side = this.chance() < 0.5 ? "bids" : "asks";
      const sign = side === "bids" ? -1 : 1;
      const price = this.mid + sign * this.gap * (1 + Math.floor(this.chance() ** 2 * 60));
      this.set(side, price, this.chance() < 0.2 && this[side].size > 150 ? 0 : this.quantity());
    }
    if (this.chance() < 0.35) this.move(Math.round((this.chance() - 0.5) * 6) * this.gap);
    if (this.chance() < 0.5) this.trade();
  }

  move(by) {
    this.mid = Math.max(1000, this.mid + by);
    for (const price of [...this.bids.keys()]) if (price >= this.mid) this.set("bids", price, 0);
    for (const price of [...this.asks.keys()]) if (price <= this.mid) this.set("asks", price, 0);
    this.fill("bids");
    this.fill("asks");
  }

  trade(price, quantity, sellerTakes = this.chance() < 0.5) {
    const at = price ?? this.best(sellerTakes ? "bids" : "asks");
    const trade = { id: ++this.tradeId, price: at, quantity: quantity ?? this.quantity(), time: Date.now(), maker: sellerTakes };
    this.trades.push(trade);
    if (this.trades.length > 1000) this.trades.shift();
    for (const [name, length] of Object.entries(INTERVALS)) this.fold(name, length, trade);
    for (const listener of this.listeners) listener(trade);
    return trade;
  }

  fold(name, length, trade) {
    const bars = this.candles[name];
    const open = Math.floor(trade.time / length) * length;
    if (bars.at(-1).t < open) bars.push({ t: open, o: bars.at(-1).c, h: trade.price, l: trade.price, c: trade.price, v: 0, n: 0 });
    const bar = bars.at(-1);
    bar.h = Math.max(bar.h, trade.price);
    bar.l = Math.min(bar.l, trade.price);
    bar.c = trade.price;
    bar.v += trade.quantity;
    bar.n += 1;
  }

  takeDiff() {
    const { bids, asks, from } = this.pending;
    if (from > this.updateId) return null;
    const event = { e: "depthUpdate", E: Date.now(), s: this.symbol, U: from, u: this.updateId, b: this.pairs(bids), a: this.pairs(asks) };
    this.pending = { bids: new Map(), asks: new Map(), from: this.updateId + 1 };
    return event;
  }

  pairs(levels) { return [...levels].map(([price, quantity]) => [this.price(price), this.size(quantity)]); }
  price(value) { return decimal(value, this.priceDecimals); }
  size(value) { return decimal(value, this.sizeDecimals); }

  depth(limit) {
    const sorted = (side, sign) => this.pairs([...this[side]].sort((a, b) => sign * (a[0] - b[0])).slice(0, limit));
    return { lastUpdateId: this.updateId, bids: sorted("bids", -1), asks: sorted("asks", 1) };
  }

  ticker() {
    const day = this.candles["5m"].slice(-288);
    const open = day[0].o;
    const last = this.trades.at(-1)?.price ?? this.mid;
    const volume = day.reduce((sum, bar) => sum + bar.v, 0);
    const percent = Math.round(((last - open) / open) * 100000);
    const signed = (value, decimals) => (value < 0 ? `-${decimal(-value, decimals)}` : decimal(value, decimals));
    return {
      symbol: this.symbol, priceChange: signed(last - open, this.priceDecimals), priceChangePercent: signed(percent, 3), lastPrice: this.price(last), openPrice: this.price(open),
      highPrice: this.price(Math.max(...day.map((bar) => bar.h))), lowPrice: this.price(Math.min(...day.map((bar) => bar.l))),
      volume: this.size(volume), quoteVolume: decimal(Math.round((volume / 10 ** this.sizeDecimals) * last), this.priceDecimals),
      bidPrice: this.price(this.best("bids")), askPrice: this.price(this.best("asks")), count: this.tradeId, closeTime: Date.now(),
    };
  }
}

export const SPECS = [
  { symbol: "BTCUSDT", base: "BTC", quote: "USDT", start: 6425010, gap: 37, priceDecimals: 2, sizeDecimals: 5, lot: 100000 },
  { symbol: "ETHUSDT", base: "ETH", quote: "USDT", start: 341277, gap: 3, priceDecimals: 2, sizeDecimals: 4, lot: 80000 },
  { symbol: "SOLUSDT", base: "SOL", quote: "USDT", start: 18422, gap: 1, priceDecimals: 2, sizeDecimals: 3, lot: 90000 },
  { symbol: "ETHBTC", base: "ETH", quote: "BTC", start: 5311, gap: 1, priceDecimals: 5, sizeDecimals: 3, lot: 9000 },
];
