/** The WebSocket face: SUBSCRIBE and friends, and every 100 ms what has changed. */
import { WebSocketServer } from "ws";
import { INTERVALS } from "./market.mjs";

const mini = (ticker) => ({ e: "24hrMiniTicker", E: Date.now(), s: ticker.symbol, c: ticker.lastPrice, o: ticker.openPrice, h: ticker.highPrice, l: ticker.lowPrice, v: ticker.volume, q: ticker.quoteVolume });
const full = (ticker) => ({ ...mini(ticker), e: "24hrTicker", p: ticker.priceChange, P: ticker.priceChangePercent, b: ticker.bidPrice, a: ticker.askPrice });
const tradeEvent = (market, trade) => ({ e: "trade", E: Date.now(), s: market.symbol, t: trade.id, p: market.price(trade.price), q: market.size(trade.quantity), T: trade.time, m: trade.maker, M: true });

function kline(market, interval) {
  const bar = market.candles[interval].at(-1);
  const { price, size } = { price: (value) => market.price(value), size: (value) => market.size(value) };
  return { e: "kline", E: Date.now(), s: market.symbol, k: { t: bar.t, T: bar.t + INTERVALS[interval] - 1, s: market.symbol, i: interval, o: price(bar.o), c: price(bar.c), h: price(bar.h), l: price(bar.l), v: size(bar.v), n: bar.n, x: false, q: "0" } };
}

export function serveStreams(port, markets, state) {
  const server = new WebSocketServer({ port, host: "127.0.0.1" });
  const wants = (socket, stream) => socket.streams.has(stream);
  const publish = (stream, data) => {
    if (state.silent) return;
    for (const socket of server.clients) if (wants(socket, stream)) socket.send(JSON.stringify({ stream, data }));
  };
  server.on("connection", (socket) => {
    socket.streams = new Set();
    socket.on("message", (text) => {
      const { id, method, params } = JSON.parse(text);
      for (const stream of params ?? []) socket.streams[method === "SUBSCRIBE" ? "add" : "delete"](stream);
      if (!state.silent) socket.send(JSON.stringify({ result: method === "LIST_SUBSCRIPTIONS" ? [...socket.streams] : null, id }));
    });
  });
  for (const market of markets.values()) market.listeners.add((trade) => { publish(`${market.symbol.toLowerCase()}@trade`, tradeEvent(market, trade)); });
  return { server, publish, tick: (count) => { beat(markets, state, publish, count); } };
}

function beat(markets, state, publish, count) {
  for (const market of markets.values()) {
    const name = market.symbol.toLowerCase();
    if (!state.frozen) market.step(state.changes);
    const diff = market.takeDiff();
    if (state.gap > 0 && diff) { state.gap -= 1; continue; }
    if (diff) publish(`${name}@depth@100ms`, diff);
    if (count % 3 === 0) for (const interval of Object.keys(INTERVALS)) publish(`${name}@kline_${interval}`, kline(market, interval));
    if (count % 10 === 0) publish(`${name}@ticker`, full(market.ticker()));
  }
  if (count % 10 === 0) publish("!miniTicker@arr", [...markets.values()].map((market) => mini(market.ticker())));
}
