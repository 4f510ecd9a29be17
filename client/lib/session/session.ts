/** Who is signed in. The access token lives in this module's memory only; the refresh cookie is out of our reach. */
import axios from "axios";
import { createStore } from "zustand/vanilla";

export type SessionStatus = "unknown" | "signed-out" | "signed-in";
export interface SessionState {
  readonly status: SessionStatus;
  readonly email: string | null;
  readonly account: number | null;
  readonly role: string | null;
  /** Asks for the sign-in dialog over the page: the session ended while somebody worked. */
  readonly expired: boolean;
}

export interface TokenAnswer { access_token: string; expires_in: number; account: number; email: string; role: string }

export const HINT_COOKIE = "tm_signed_in";
const REFRESH_EARLY_MS = 30_000;
const SIGNED_OUT: SessionState = { status: "signed-out", email: null, account: null, role: null, expired: false };

export const sessionStore = createStore<SessionState>(() => ({ ...SIGNED_OUT, status: "unknown" }));

let accessToken: string | null = null;
let refreshing: Promise<boolean> | null = null;
let renewal: ReturnType<typeof setTimeout> | undefined;

/** Tells the next page load whether asking for a refresh is worth a request. Says nothing about who it is. */
function hint(signedIn: boolean): void {
  document.cookie = `${HINT_COOKIE}=${signedIn ? "1" : ""}; path=/; SameSite=Strict; max-age=${signedIn ? 2_592_000 : 0}`;
}

const hinted = (): boolean => document.cookie.split("; ").includes(`${HINT_COOKIE}=1`);

function accept(answer: TokenAnswer): void {
  accessToken = answer.access_token;
  hint(true);
  sessionStore.setState({ status: "signed-in", email: answer.email, account: answer.account, role: answer.role, expired: false });
  clearTimeout(renewal);
  const delay = Math.min(2 ** 31 - 1, Math.max(5_000, answer.expires_in * 1_000 - REFRESH_EARLY_MS));
  renewal = setTimeout(() => { void refresh(); }, delay);
}

async function ask(): Promise<boolean> {
  try {
    accept((await axios.post<TokenAnswer>("/v1/auth/refresh", null, { timeout: 10_000 })).data);
    return true;
  } catch (error) {
    if (axios.isAxiosError(error) && error.response && error.response.status < 500) accessToken = null;
    return false;
  }
}

/** Single flight: however many calls find their token too old, one refresh is sent. */
function refresh(): Promise<boolean> {
  refreshing ??= ask().finally(() => { refreshing = null; });
  return refreshing;
}

function forget(): void {
  accessToken = null;
  clearTimeout(renewal);
  hint(false);
  sessionStore.setState(SIGNED_OUT);
}

export const session = {
  token: (): string | null => accessToken,
  accept,
  refresh,
  forget,
  expired: (): void => { accessToken = null; sessionStore.setState({ expired: true }); },
  dismissExpired: forget,
  /** On load: sign in silently when this browser has been signed in before. */
  async restore(): Promise<void> {
    if (sessionStore.getState().status !== "unknown") return;
    if (!hinted()) { sessionStore.setState(SIGNED_OUT); return; }
    if (!(await refresh())) forget();
  },
};
