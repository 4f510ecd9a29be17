/** Every failed call ends as one of these: what happened, what it means, whether the outcome is known. */
import { isAxiosError } from "axios";

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  constructor(
    readonly code: number,
    message: string,
    readonly status: number,
    readonly field: string | null = null,
    readonly requestId: string | null = null,
  ) {
    super(message);
  }

  /** True when the server may have acted although we got no answer that says so. */
  get outcomeUnknown(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === -1007;
  }

  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface WireProblem { code?: unknown; msg?: unknown; field?: unknown }

export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (!isAxiosError(error)) return new ApiProblem(0, error instanceof Error ? error.message : "Something failed in the app.", 0);
  const requestId = typeof error.config?.headers["X-Request-Id"] === "string" ? error.config.headers["X-Request-Id"] : null;
  const response = error.response;
  if (!response) return new ApiProblem(0, error.code === "ECONNABORTED" ? "The server did not answer in time." : "The server cannot be reached.", 0, null, requestId);
  const body = (typeof response.data === "object" && response.data !== null ? response.data : {}) as WireProblem;
  const message = typeof body.msg === "string" ? body.msg : response.status >= 500 ? "The server could not do this." : "The request was refused.";
  return new ApiProblem(typeof body.code === "number" ? body.code : 0, message, response.status, typeof body.field === "string" ? body.field : null, requestId);
}
