import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { runtimeConfig } from "@/lib/config";
import { fetchMarkets } from "@/lib/markets/fetch";
import { LOOK_COOKIE, readLook } from "@/lib/preferences/preferences";
import "@/styles/globals.css";
import { Providers } from "./_shell/providers";

export const metadata: Metadata = { title: { default: "TrueMan", template: "%s · TrueMan" }, description: "A spot cryptocurrency exchange." };
export const viewport: Viewport = { width: "device-width", initialScale: 1, viewportFit: "cover", colorScheme: "dark light" };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const look = readLook((await cookies()).get(LOOK_COOKIE)?.value);
  const markets = await fetchMarkets();
  return (
    <html lang="en" className={GeistSans.variable} data-theme={look.theme} data-sides={look.sides} data-up={look.up} data-density={look.density} suppressHydrationWarning>
      <body><Providers config={runtimeConfig()} look={look} markets={markets}>{children}</Providers></body>
    </html>
  );
}
