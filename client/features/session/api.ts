/** The calls of signing up, in and out. */
import { get, post } from "@/lib/api/http";
import { session, type TokenAnswer } from "@/lib/session/session";

export interface Me { readonly account: number; readonly email: string; readonly role: string; readonly createdAt: number; readonly faucet: boolean }

export async function signIn(email: string, password: string): Promise<void> {
  session.accept(await post<TokenAnswer>("/v1/auth/login", { email, password }));
}

export async function signUp(email: string, password: string): Promise<void> {
  await post("/v1/auth/signup", { email, password });
  await signIn(email, password);
}

/** Ends the session by its cookie. Whatever the server answers, this browser has forgotten it afterwards. */
export async function signOut(): Promise<void> {
  session.forget();
  try {
    await post("/v1/auth/logout", {});
  } catch {
    return;
  }
}

export const me = (signal?: AbortSignal): Promise<Me> => get<Me>("/v1/me", {}, signal);
