"use client";
/** What every page needs running: the socket, the session, preferences, shortcuts, toasts. */
import { useEffect, type ReactNode } from "react";
import { Toasts } from "@/components/ui/toasts";
import { SignInDialog } from "@/features/session/ui/sign-in-dialog";
import { useDrafts } from "@/features/order-entry/store";
import { socketUrl, type RuntimeConfig } from "@/lib/config";
import { listen } from "@/lib/keys/shortcuts";
import { openSocket } from "@/lib/live";
import type { WireExchangeInfo } from "@/lib/markets/rules";
import { applyLook, usePreferences, type Look } from "@/lib/preferences/preferences";
import { session } from "@/lib/session/session";
import { MarketsProvider } from "./markets";
import { Shortcuts } from "./shortcuts";

interface ProvidersProps { readonly config: RuntimeConfig; readonly look: Look; readonly markets: WireExchangeInfo | null; readonly children: ReactNode }

export function Providers({ config, look, markets, children }: ProvidersProps) {
  useEffect(() => openSocket(socketUrl(config, window.location)), [config]);
  useEffect(() => { void session.restore(); }, []);
  useEffect(() => listen(() => usePreferences.getState().shortcuts), []);
  useEffect(() => {
    void usePreferences.persist.rehydrate();
    void useDrafts.persist.rehydrate();
    // The cookie is what this page was drawn with: it wins over an older local copy.
    usePreferences.getState().set(look);
    return usePreferences.subscribe((now) => { applyLook(now); });
  }, [look]);
  return (
    <MarketsProvider initial={markets}>
      {children}
      <Shortcuts />
      <SignInDialog />
      <Toasts />
    </MarketsProvider>
  );
}
