/** API keys: made, listed and taken away. */
import { get, post, remove } from "@/lib/api/http";

export type Permission = "read" | "trade" | "withdraw";
export interface ApiKey { readonly apiKey: string; readonly label: string; readonly permissions: readonly Permission[]; readonly createdAt: number; readonly lastUsedAt?: number | null }
export interface NewApiKey extends ApiKey { readonly secretKey: string }

export const apiKeys = (signal: AbortSignal): Promise<ApiKey[]> => get<ApiKey[]>("/v1/api-keys", {}, signal);
export const createApiKey = (label: string, permissions: readonly Permission[]): Promise<NewApiKey> => post<NewApiKey>("/v1/api-keys", { label, permissions });
export const deleteApiKey = (apiKey: string): Promise<void> => remove<undefined>(`/v1/api-keys/${encodeURIComponent(apiKey)}`);
