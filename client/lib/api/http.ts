/** One Axios instance, same origin. Adds the access token, refreshes it once on 401, and turns failures into ApiProblem. */
import axios, { type AxiosRequestConfig } from "axios";
import { session } from "@/lib/session/session";
import { toProblem } from "./problem";

const TIMEOUT_MS = 10_000;
const GET_RETRIES = 2;

const client = axios.create({ timeout: TIMEOUT_MS, headers: { Accept: "application/json" } });

client.interceptors.request.use((config) => {
  config.headers.set("X-Request-Id", crypto.randomUUID());
  const token = session.token();
  if (token !== null) config.headers.set("Authorization", `Bearer ${token}`);
  return config;
});

async function send<T>(request: AxiosRequestConfig): Promise<T> {
  const signedIn = session.token() !== null;
  try {
    return (await client.request<T>(request)).data;
  } catch (error) {
    const problem = toProblem(error);
    if (problem.status !== 401 || !signedIn) throw problem;
    if (!(await session.refresh())) { session.expired(); throw problem; }
    return client.request<T>(request).then((response) => response.data, (again: unknown) => { throw toProblem(again); });
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export type Query = Record<string, string | number | boolean | undefined>;

/** Reads retry by themselves; nothing else does. */
export async function get<T>(url: string, params: Query = {}, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await send<T>({ method: "GET", url, params, ...(signal ? { signal } : {}) });
    } catch (error) {
      const problem = toProblem(error);
      if (!problem.retryable || attempt >= GET_RETRIES || signal?.aborted === true) throw problem;
      await pause(300 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

export const post = <T>(url: string, body: unknown): Promise<T> => send<T>({ method: "POST", url, data: body });
export const remove = <T>(url: string, params: Query = {}): Promise<T> => send<T>({ method: "DELETE", url, params });

/** The trading interface takes parameters as a form, as every client of it sends them. */
export function postForm<T>(url: string, fields: Record<string, string>): Promise<T> {
  return send<T>({ method: "POST", url, data: new URLSearchParams(fields) });
}
