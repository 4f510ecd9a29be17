"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Dialog } from "@/components/ui/dialog";
import { LogoMark, MenuIcon } from "@/components/ui/icons";
import { Skeleton } from "@/components/ui/states";
import { useSession } from "@/lib/react/use-session";
import { FundsBadge, Notices } from "./notices";
import { ThemeMenu, UserMenu } from "./menus";

const NAV = [["Trade", "/trade"], ["Markets", "/markets"], ["Wallet", "/wallet"], ["Orders", "/orders"]] as const;

function NavLinks({ className, onPick }: { readonly className: string; readonly onPick?: () => void }) {
  const path = usePathname();
  return NAV.map(([name, href]) => (
    <Link key={href} href={href} onClick={onPick} aria-current={path.startsWith(href) ? "page" : undefined} className={classes("rounded-control px-2.5 text-body text-text-2 hover:text-text-1 aria-[current=page]:text-text-1", className)}>{name}</Link>
  ));
}

function PhoneMenu() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label="Menu" className="tablet:hidden" onClick={() => { setOpen(true); }}><MenuIcon /></IconButton>
      <Dialog open={open} onOpenChange={setOpen} title="TrueMan" side="left">
        <nav aria-label="Main" className="flex flex-col"><NavLinks className="flex h-11 items-center" onPick={() => { setOpen(false); }} /></nav>
      </Dialog>
    </>
  );
}

function Visitor() {
  return (
    <span className="flex gap-2">
      <Button asChild kind="quiet" className="max-tablet:px-2"><Link href="/login">Sign in</Link></Button>
      <Button asChild kind="primary" className="max-tablet:px-2"><Link href="/signup">Sign up</Link></Button>
    </span>
  );
}

export function Header() {
  const status = useSession((state) => state.status);
  return (
    <header data-area="header" data-slot="header" className="flex h-12 items-center justify-between gap-3 border-b border-line bg-surface-1 px-4 max-tablet:px-2">
      <a href="#main" className="sr-only focus:not-sr-only">Skip to content</a>
      <div className="flex items-center gap-4">
        <PhoneMenu />
        <Link href="/" className="flex items-center gap-2 text-head max-tablet:gap-1.5"><LogoMark /><span className="max-tablet:sr-only">TrueMan</span></Link>
        <nav aria-label="Main" className="flex items-center max-tablet:hidden"><NavLinks className="flex h-8 items-center" /></nav>
      </div>
      <div className="flex items-center gap-1">
        <FundsBadge />
        <Notices />
        <ThemeMenu />
        {status === "unknown" ? <Skeleton className="h-8 w-24" /> : status === "signed-in" ? <UserMenu /> : <Visitor />}
      </div>
    </header>
  );
}
