/** The client's one door: API calls go on to the API server named at run time; pages get a content security policy with a nonce. */
import { NextResponse, type NextRequest } from "next/server";
import { apiUrl, runtimeConfig, socketUrl } from "@/lib/config";
import { tellCallers } from "@/lib/peers/peers";

const API = /^\/(?:v1|api\/v3)(?:\/|$)/;

function policy(nonce: string, request: NextRequest): string {
  const host = request.headers.get("host") ?? request.nextUrl.host;
  const hostname = host.replace(/:\d+$/, "");
  const protocol = request.headers.get("x-forwarded-proto") === "https" ? "https:" : "http:";
  const dev = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${socketUrl(runtimeConfig(), { protocol, hostname })}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * The API trusts pages of its own host. A page of ours is one, whatever host this client is reached by; anybody else's stays foreign.
 * It trusts this client to say whom it speaks for, too.
 */
function forwarded(request: NextRequest): Headers {
  const headers = new Headers(request.headers);
  tellCallers(headers);
  const origin = headers.get("origin");
  const host = headers.get("host") ?? "";
  if (origin !== null && (origin === `http://${host}` || origin === `https://${host}`)) headers.set("origin", new URL(apiUrl()).origin);
  return headers;
}

export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  if (API.test(pathname)) return NextResponse.rewrite(new URL(apiUrl() + pathname + search), { request: { headers: forwarded(request) } });
  const nonce = btoa(crypto.randomUUID());
  const headers = new Headers(request.headers);
  const csp = policy(nonce, request);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", csp);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", csp);
  response.headers.set("referrer-policy", "same-origin");
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("permissions-policy", "camera=(), microphone=(), geolocation=()");
  return response;
}

export const config = { matcher: ["/((?!_next/static|_next/image|favicon.ico|icon.svg).*)"] };
