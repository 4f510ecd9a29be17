import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { callers, markRequests, tellCallers, trustedProxies } from "./peers";

describe("whom a request comes from", () => {
  const trusted = trustedProxies("10.0.0.1, 172.16.0.0/12, fd00::/8");

  test("a stranger's word counts for nothing", () => {
    expect(callers("9.9.9.9", "1.1.1.1", trusted)).toBe("9.9.9.9");
    expect(callers("::ffff:9.9.9.9", "1.1.1.1", trusted)).toBe("9.9.9.9");
    expect(callers("2001:db8::1", "1.1.1.1", trusted)).toBe("2001:db8::1");
  });

  test("a proxy of ours is believed, and stands behind what it told", () => {
    expect(callers("10.0.0.1", "6.6.6.6, 1.1.1.1", trusted)).toBe("6.6.6.6, 1.1.1.1, 10.0.0.1");
    expect(callers("::ffff:172.20.0.3", "1.1.1.1", trusted)).toBe("1.1.1.1, 172.20.0.3");
    expect(callers("fd00::7", "1.1.1.1", trusted)).toBe("1.1.1.1, fd00::7");
    expect(callers("10.0.0.1", undefined, trusted)).toBe("10.0.0.1");
  });

  test("what is no address or network is refused at the start", () => {
    expect(() => trustedProxies("10.0.0.300")).toThrow();
    expect(() => trustedProxies("10.0.0.0/99")).toThrow();
  });
});

describe("what the API is told", () => {
  const server = createServer((request, response) => {
    const headers = new Headers(request.headers as Record<string, string>);
    tellCallers(headers);
    response.end(JSON.stringify(Object.fromEntries(headers)));
  });
  afterEach(() => server.close());

  test("the socket's address, whatever the browser wrote; nothing before requests are marked", async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const ask = async (): Promise<Record<string, string>> =>
      (await (await fetch(url, { headers: { "X-Forwarded-For": "6.6.6.6" } })).json()) as Record<string, string>;
    expect((await ask())["x-forwarded-for"]).toBeUndefined();
    markRequests();
    const told = await ask();
    expect(told["x-forwarded-for"]).toBe("127.0.0.1");
    expect(Object.keys(told).filter((name) => name.startsWith("x-peer"))).toEqual([]);
  });
});
