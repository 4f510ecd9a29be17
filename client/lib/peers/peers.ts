/**
 * Whom a request comes from, for the API behind this client. Next hands on whatever X-Forwarded-For the browser wrote and shows no socket,
 * so each request is marked before Next sees it, in a header whose name no browser can guess.
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";

const REQUEST_STARTS = "http.server.request.start";
/** This module is bundled twice, for the start and for the proxy; they meet here. */
const shared = globalThis as unknown as { trueManPeerHeader?: string };

/** Whose word is taken: addresses and networks, as the services read TRUEMAN_TRUSTED_PROXIES. */
export function trustedProxies(text: string): BlockList {
  const trusted = new BlockList();
  for (const part of text.split(",").map((word) => word.trim()).filter(Boolean)) {
    const [address = "", bits] = part.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, parseInt(bits, 10), family);
  }
  return trusted;
}

/** The peer, after what a proxy of ours told of those behind it. */
export function callers(peer: string, told: string | undefined, trusted: BlockList): string {
  const address = peer.replace(/^::ffff:(?=\d+\.)/, "");
  const believed = told !== undefined && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return believed ? `${told}, ${address}` : address;
}

/** From now on every request that this process receives is marked. */
export function markRequests(): void {
  const trusted = trustedProxies(process.env.TRUEMAN_TRUSTED_PROXIES ?? "");
  const header = `x-peer-${crypto.randomUUID()}`;
  subscribe(REQUEST_STARTS, (message) => {
    const { request } = message as { request: IncomingMessage };
    const told = request.headers["x-forwarded-for"];
    request.headers[header] = callers(request.socket.remoteAddress ?? "", Array.isArray(told) ? told.join(",") : told, trusted);
  });
  shared.trueManPeerHeader = header;
}

/** Puts the truth in the place of what the browser wrote; a request that came before there was a mark tells nothing. */
export function tellCallers(headers: Headers): void {
  const header = shared.trueManPeerHeader;
  const known = header === undefined ? null : headers.get(header);
  headers.delete("x-forwarded-for");
  if (header !== undefined) headers.delete(header);
  if (known !== null && known !== "") headers.set("x-forwarded-for", known);
}
