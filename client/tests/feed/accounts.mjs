/** Invented people, balances and orders: enough of the exchange for the client to be driven against. */
import { randomUUID } from "node:crypto";
import { decimal } from "./market.mjs";

const UNIT = 100000000n;

export const atoms = (text) => {
  const match = /^(\d{1,12})(?:\.(\d{1,8}))?$/.exec(String(text));
  return match ? BigInt(match[1]) * UNIT + BigInt((match[2] ?? "").padEnd(8, "0")) : null;
};
export const show = (value) => decimal(value.toString(), 8);

export class Refusal extends Error {
  constructor(status, code, message, field) { super(message); Object.assign(this, { status, code, field }); }
}

export class Accounts {
  constructor(markets) {
    this.markets = markets;
    this.users = new Map();
    this.tokens = new Map();
    this.nextOrder = 1;
    for (const market of markets.values()) market.listeners.add((trade) => { this.match(market, trade); });
  }

  signup(email, password) {
    if (!/^[^@\s]+@[^@\s]+$/.test(email)) throw new Refusal(400, -1102, "This is not an email address.", "email");
    if (this.users.has(email)) throw new Refusal(409, -1102, "This email cannot be used.", "email");
    const user = { email, password, account: 1024 + this.users.size, role: "user", balances: {}, orders: [], trades: [], history: [], keys: [] };
    for (const asset of ["BTC", "ETH", "SOL", "USDT"]) user.balances[asset] = { free: 0n, locked: 0n };
    this.users.set(email, user);
    return user;
  }

  login(email, password) {
    const user = this.users.get(email);
    if (!user || user.password !== password) throw new Refusal(401, -2015, "Email or password is not right.");
    return this.session(user);
  }

  session(user) {
    const token = randomUUID();
    this.tokens.set(token, user);
    return { access_token: token, token_type: "Bearer", expires_in: 900, account: user.account, email: user.email, role: user.role };
  }

  move(user, kind, asset, amount) {
    const value = atoms(amount);
    if (!user.balances[asset]) throw new Refusal(400, -1102, "Unknown asset.", "asset");
    if (value === null || value <= 0n) throw new Refusal(400, -1102, "The amount must be a positive decimal.", "amount");
    const balance = user.balances[asset];
    if (kind === "withdrawal" && balance.free < value) throw new Refusal(400, -2010, "Account has insufficient balance for requested action.", "amount");
    balance.free += kind === "deposit" ? value : -value;
    const entry = { id: user.history.length + 1, kind, asset, amount: show(value), state: "completed", time: Date.now() };
    user.history.unshift(entry);
    return entry;
  }

  place(user, fields) {
    const market = this.markets.get(fields.symbol);
    if (!market) throw new Refusal(400, -1121, "Invalid symbol.");
    const buy = fields.side === "BUY";
    const best = market.best(buy ? "asks" : "bids");
    const price = fields.price ? this.scaled(fields.price, market.priceDecimals) : best;
    const quantity = fields.quantity ? this.scaled(fields.quantity, market.sizeDecimals) : Math.floor((this.scaled(fields.quoteOrderQty, 8) / 1e8 / (best / 10 ** market.priceDecimals)) * 10 ** market.sizeDecimals);
    const order = { market, user, buy, price, quantity, executed: 0, quote: 0n, held: 0n, fields, id: this.nextOrder++, status: "NEW", time: Date.now(), clientId: fields.newClientOrderId ?? randomUUID() };
    const crosses = buy ? price >= best : price <= best;
    if (fields.type === "LIMIT_MAKER" && crosses) throw new Refusal(400, -2010, "Order would immediately match and take.");
    this.hold(order);
    user.orders.unshift(order);
    if (crosses) this.fill(order, best, false);
    else if (fields.timeInForce === "IOC" || fields.timeInForce === "FOK") this.close(order, "EXPIRED");
    else market.set(buy ? "bids" : "asks", price, quantity);
    return order;
  }

  scaled(text, decimals) {
    const value = atoms(text);
    if (value === null) throw new Refusal(400, -1100, "Illegal characters found in a parameter.");
    return Number(value / 10n ** BigInt(8 - decimals));
  }

  worth(market, price, quantity) { return (BigInt(price) * BigInt(quantity) * UNIT) / 10n ** BigInt(market.priceDecimals + market.sizeDecimals); }

  hold(order) {
    const { market, buy, price, quantity, user } = order;
    const asset = buy ? market.quote : market.base;
    const need = buy ? this.worth(market, price, quantity) : BigInt(quantity) * 10n ** BigInt(8 - market.sizeDecimals);
    const balance = user.balances[asset];
    if (balance.free < need || need === 0n) throw new Refusal(400, -2010, "Account has insufficient balance for requested action.");
    balance.free -= need;
    balance.locked += need;
    order.held = need;
  }

  fill(order, price, maker) {
    const { market, buy, user, quantity } = order;
    const quote = this.worth(market, price, quantity);
    const base = BigInt(quantity) * 10n ** BigInt(8 - market.sizeDecimals);
    const trade = market.trade(price, quantity, !buy);
    this.release(order);
    user.balances[buy ? market.quote : market.base].free -= buy ? quote : base;
    const got = buy ? base : quote;
    const fee = (got + 999n) / 1000n;
    user.balances[buy ? market.base : market.quote].free += got - fee;
    Object.assign(order, { executed: quantity, quote, status: "FILLED" });
    user.trades.unshift({ symbol: market.symbol, id: trade.id, orderId: order.id, price: market.price(price), qty: market.size(quantity), quoteQty: show(quote), commission: show(fee), commissionAsset: buy ? market.base : market.quote, time: trade.time, isBuyer: buy, isMaker: maker, isBestMatch: true });
  }

  release(order) {
    const balance = order.user.balances[order.buy ? order.market.quote : order.market.base];
    balance.locked -= order.held;
    balance.free += order.held;
    order.held = 0n;
  }

  close(order, status) {
    this.release(order);
    order.status = status;
    order.market.set(order.buy ? "bids" : "asks", order.price, 0);
  }

  match(market, trade) {
    for (const user of this.users.values())
      for (const order of user.orders)
        if (order.status === "NEW" && order.market === market && order.id < this.nextOrder - 0 && (order.buy ? trade.price < order.price : trade.price > order.price)) { order.status = "PENDING"; this.fill(order, order.price, true); }
  }

  wire(order) {
    const { market, fields } = order;
    return {
      symbol: market.symbol, orderId: order.id, orderListId: -1, clientOrderId: order.clientId, price: market.price(fields.price ? order.price : 0), origQty: market.size(order.quantity), executedQty: market.size(order.executed),
      cummulativeQuoteQty: show(order.quote), status: order.status, timeInForce: fields.timeInForce ?? "GTC", type: fields.type, side: fields.side, stopPrice: "0", icebergQty: "0", time: order.time, updateTime: order.time, isWorking: true, workingTime: order.time,
      origQuoteOrderQty: fields.quoteOrderQty ?? "0", selfTradePreventionMode: "EXPIRE_MAKER", transactTime: order.time, fills: [],
    };
  }
}
