/** What an operator sets at run time, read on the server and handed down. Nothing here is baked into the build. */

export interface RuntimeConfig {
  /** Where the browser opens its WebSocket; null means: this page's host, on `wsPort`. */
  readonly wsUrl: string | null;
  readonly wsPort: number;
}

const PORT = /^\d{2,5}$/;

export function apiUrl(): string {
  return (process.env.TRUEMAN_API_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
}

export function runtimeConfig(): RuntimeConfig {
  const port = process.env.TRUEMAN_WS_PORT ?? "";
  return {
    wsUrl: process.env.TRUEMAN_WS_URL?.replace(/\/$/, "") ?? null,
    wsPort: PORT.test(port) ? parseInt(port, 10) : 9000,
  };
}

/** The socket's address for a page opened at this origin. */
export function socketUrl(config: RuntimeConfig, page: { protocol: string; hostname: string }): string {
  if (config.wsUrl !== null) return config.wsUrl;
  return `${page.protocol === "https:" ? "wss" : "ws"}://${page.hostname}:${config.wsPort}`;
}
