/** The REST face of the invented exchange: the endpoints the client calls, with their bodies. */
import { Refusal, show } from "./accounts.mjs";
import { decimal } from "./market.mjs";

const filters = (market) => [
  { filterType: "PRICE_FILTER", minPrice: decimal(1, market.priceDecimals), maxPrice: "10000000.00", tickSize: decimal(1, market.priceDecimals) },
  { filterType: "LOT_SIZE", minQty: decimal(1, market.sizeDecimals), maxQty: "9000.00000", stepSize: decimal(1, market.sizeDecimals) },
  { filterType: "NOTIONAL", minNotional: market.quote === "BTC" ? "0.0001" : "5.00" },
];

const info = (markets) => ({
  timezone: "UTC", serverTime: Date.now(),
  symbols: [...markets.values()].map((market) => ({ symbol: market.symbol, status: market.halted ? "HALT" : "TRADING", baseAsset: market.base, quoteAsset: market.quote, baseAssetPrecision: 8, quoteAssetPrecision: 8, filters: filters(market) })),
});

function klines(market, query) {
  const end = Number(query.endTime ?? Infinity);
  const bars = (market.candles[query.interval] ?? []).filter((bar) => bar.t <= end).slice(-Number(query.limit ?? 500));
  return bars.map((bar) => [bar.t, market.price(bar.o), market.price(bar.h), market.price(bar.l), market.price(bar.c), market.size(bar.v), bar.t + 59999, "0", bar.n, "0", "0", "0"]);
}

const trades = (market, query) => market.trades.slice(-Number(query.limit ?? 500)).map((trade) => ({ id: trade.id, price: market.price(trade.price), qty: market.size(trade.quantity), quoteQty: "0", time: trade.time, isBuyerMaker: trade.maker, isBestMatch: true }));

export function publicRoutes(markets) {
  const market = (query) => {
    const found = markets.get(query.symbol);
    if (!found) throw new Refusal(400, -1121, "Invalid symbol.", "symbol");
    return found;
  };
  return {
    "GET /api/v3/time": () => ({ serverTime: Date.now() }),
    "GET /api/v3/exchangeInfo": () => info(markets),
    "GET /api/v3/depth": ({ query }) => market(query).depth(Number(query.limit ?? 100)),
    "GET /api/v3/trades": ({ query }) => trades(market(query), query),
    "GET /api/v3/klines": ({ query }) => klines(market(query), query),
    "GET /api/v3/ticker/24hr": ({ query }) => (query.symbol ? market(query).ticker() : [...markets.values()].map((one) => one.ticker())),
  };
}

export function privateRoutes(accounts) {
  const mine = (user, query) => user.orders.filter((order) => (query.symbol ? order.market.symbol === query.symbol : true));
  const find = (user, query) => mine(user, query).find((order) => String(order.id) === query.orderId || order.clientId === query.origClientOrderId);
  const cancel = (order) => { accounts.close(order, "CANCELED"); return { ...accounts.wire(order), origClientOrderId: order.clientId }; };
  return {
    "GET /v1/me": ({ user }) => ({ account: user.account, email: user.email, role: user.role, createdAt: Date.now(), faucet: true }),
    "GET /v1/api-keys": ({ user }) => user.keys,
    "POST /v1/api-keys": ({ user, body }) => { const key = { apiKey: `key${"a".repeat(40)}${user.keys.length}`, label: body.label, permissions: body.permissions, createdAt: Date.now(), lastUsedAt: null }; user.keys.push(key); return { ...key, secretKey: "s".repeat(64) }; },
    "DELETE /v1/api-keys/*": ({ user, rest }) => { user.keys = user.keys.filter((key) => key.apiKey !== rest); return null; },
    "POST /v1/wallet/deposits": ({ user, body }) => accounts.move(user, "deposit", body.asset, body.amount),
    "POST /v1/wallet/withdrawals": ({ user, body }) => accounts.move(user, "withdrawal", body.asset, body.amount),
    "GET /v1/wallet/balances": ({ user }) => ({ balances: Object.entries(user.balances).map(([asset, { free, locked }]) => ({ asset, free: show(free), locked: show(locked), total: show(free + locked) })) }),
    "GET /v1/wallet/history": ({ user, query }) => ({ items: user.history.filter((entry) => !query.kind || entry.kind === query.kind).slice(0, Number(query.limit ?? 50)), next: null }),
    "GET /v1/simulator": () => ({ desired: "running", options: { seed: 42, traders: 50, ordersPerSecond: 200, markets: [] }, status: null }),
    "GET /api/v3/account": () => ({ commissionRates: { maker: "0.00100000", taker: "0.00100000", buyer: "0", seller: "0" } }),
    "POST /api/v3/order": ({ user, body }) => accounts.wire(accounts.place(user, body)),
    "GET /api/v3/order": ({ user, query }) => { const order = find(user, query); if (!order) throw new Refusal(400, -2013, "Order does not exist."); return accounts.wire(order); },
    "DELETE /api/v3/order": ({ user, query }) => { const order = find(user, query); if (order?.status !== "NEW") throw new Refusal(400, -2011, "Unknown order sent."); return cancel(order); },
    "GET /api/v3/openOrders": ({ user, query }) => mine(user, query).filter((order) => order.status === "NEW").map((order) => accounts.wire(order)),
    "DELETE /api/v3/openOrders": ({ user, query }) => mine(user, query).filter((order) => order.status === "NEW").map(cancel),
    "GET /api/v3/allOrders": ({ user, query }) => mine(user, query).map((order) => accounts.wire(order)).reverse(),
    "GET /api/v3/myTrades": ({ user, query }) => user.trades.filter((trade) => trade.symbol === query.symbol).reverse(),
  };
}
