import Link from "next/link";
import type { ReactNode } from "react";
import { Header } from "./header";

/** Every page but the trade screen: centred, at most 1200 wide, scrolling as pages do. */
export function PageShell({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <div className="sticky top-0 z-20"><Header /></div>
      <main id="main" className="mx-auto w-full max-w-300 flex-1 px-6 py-6 max-tablet:px-4">{children}</main>
      <footer className="mx-auto w-full max-w-300 px-6 max-tablet:px-4">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line py-4 text-label text-text-3">
        <span>TrueMan, a spot exchange you can run yourself.</span>
        <nav aria-label="About" className="flex gap-4"><Link href="/markets" className="hover:text-text-1">Markets</Link><Link href="/licences" className="hover:text-text-1">Licences</Link></nav>
        </div>
      </footer>
    </div>
  );
}
