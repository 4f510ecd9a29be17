/**
 * A small seeded exchange for developing and testing the client without the real one.
 * node tests/feed/server.mjs [--api 8180] [--ws 9180] [--seed 7] [--changes 12]
 * POST /feed {"frozen":true} stops the clock of the market, {"silent":true} goes quiet, {"gap":1} loses a book event, {"fail":504} breaks the next order.
 */
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Accounts, Refusal } from "./accounts.mjs";
import { Market, SPECS } from "./market.mjs";
import { privateRoutes, publicRoutes } from "./rest.mjs";
import { serveStreams } from "./streams.mjs";

const { values } = parseArgs({ options: { api: { type: "string", default: "8180" }, ws: { type: "string", default: "9180" }, seed: { type: "string", default: "7" }, changes: { type: "string", default: "12" } } });
const state = { silent: false, frozen: false, gap: 0, fail: 0, changes: Number(values.changes) };
const markets = new Map(SPECS.map((spec, index) => [spec.symbol, new Market(spec, Number(values.seed) + index)]));
const accounts = new Accounts(markets);
const streams = serveStreams(Number(values.ws), markets, state);
const open = publicRoutes(markets);
const guarded = privateRoutes(accounts);

const demo = accounts.signup("trader@example.com", "correct horse battery");
for (const [asset, amount] of [["USDT", "25000"], ["BTC", "0.5"], ["ETH", "4"]]) accounts.move(demo, "deposit", asset, amount);

function signIn(response, answer) {
  response.setHeader("Set-Cookie", `refresh=${answer.access_token}; Path=/v1/auth; HttpOnly; SameSite=Strict`);
  return answer;
}

function auth(path, body, request, response) {
  if (path === "/v1/auth/signup") { const user = accounts.signup(body.email, body.password); return { account: user.account, email: user.email }; }
  if (path === "/v1/auth/login") return signIn(response, accounts.login(body.email, body.password));
  if (path === "/v1/auth/logout") { response.setHeader("Set-Cookie", "refresh=; Path=/v1/auth; Max-Age=0"); return null; }
  const user = accounts.tokens.get(/refresh=([^;]+)/.exec(request.headers.cookie ?? "")?.[1]);
  if (!user) throw new Refusal(401, -2015, "Not signed in.");
  return signIn(response, accounts.session(user));
}

function guard(route, key, context, request) {
  const user = accounts.tokens.get((request.headers.authorization ?? "").replace("Bearer ", ""));
  if (!user) throw new Refusal(401, -2015, "Not signed in.");
  if (key === "POST /api/v3/order" && state.fail > 0) {
    const status = state.fail;
    state.fail = 0;
    route({ ...context, user });
    throw new Refusal(status, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.");
  }
  return route({ ...context, user });
}

function answer(request, response, text) {
  const url = new URL(request.url, "http://feed");
  const json = (request.headers["content-type"] ?? "").includes("json");
  const body = text === "" ? {} : json ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  const key = `${request.method} ${url.pathname}`;
  if (url.pathname === "/feed") return Object.assign(state, body);
  if (url.pathname.startsWith("/v1/auth/")) return auth(url.pathname, body ?? {}, request, response);
  const context = { query: Object.fromEntries(url.searchParams), body, rest: url.pathname.split("/").at(-1) };
  if (open[key]) return open[key](context);
  const route = guarded[key] ?? guarded[`${request.method} ${url.pathname.replace(/\/[^/]+$/, "/*")}`];
  if (!route) throw new Refusal(404, -1000, "No such path.");
  return guard(route, key, context, request);
}

createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  try {
    const result = answer(request, response, text);
    response.writeHead(result === null ? 204 : 200, { "Content-Type": "application/json" });
    response.end(result === null ? "" : JSON.stringify(result));
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, -1000, String(error));
    response.writeHead(refusal.status, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ code: refusal.code, msg: refusal.message, field: refusal.field }));
  }
}).listen(Number(values.api), "127.0.0.1");

let count = 0;
setInterval(() => { streams.tick(count++); }, 100);
console.log(`feed: http://127.0.0.1:${values.api} ws://127.0.0.1:${values.ws}`);
