"use client";
import { useRouter } from "next/navigation";
import { useState, useSyncExternalStore } from "react";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/states";
import { MarketList } from "@/features/markets/ui/market-list";
import { onShortcutChange, shortcutList, type Shortcut } from "@/lib/keys/shortcuts";
import { useShortcuts } from "@/lib/react/use-shortcuts";
import { useMarkets } from "./markets";

const NONE: readonly Shortcut[] = [];
const GOALS = [["t", "Trade", "/trade"], ["m", "Markets", "/markets"], ["w", "Wallet", "/wallet"], ["o", "Orders", "/orders"], ["a", "Account", "/account"]] as const;

/** F6 walks the panels in visual order. */
function walkPanels(back: boolean): void {
  const panels = [...document.querySelectorAll<HTMLElement>("[data-panel]")].filter((panel) => panel.offsetParent !== null);
  const at = panels.findIndex((panel) => panel.contains(document.activeElement));
  const next = panels[(at + (back ? -1 : 1) + panels.length) % panels.length];
  next?.focus();
}

/** The shortcuts of every page, the search dialog and the sheet that lists what works here. */
export function Shortcuts() {
  const router = useRouter();
  const [open, setOpen] = useState<"sheet" | "search" | null>(null);
  const markets = useMarkets();
  const list = useSyncExternalStore(onShortcutChange, shortcutList, () => NONE);
  useShortcuts([
    { keys: "?", label: "Show shortcuts", act: () => { setOpen("sheet"); } },
    { keys: "/", label: "Search markets", act: () => { setOpen("search"); } },
    { keys: "Ctrl+k", label: "Search markets", everywhere: true, act: () => { setOpen("search"); } },
    { keys: "F6", label: "Next panel", everywhere: true, act: () => { walkPanels(false); } },
    { keys: "Shift+F6", label: "Previous panel", everywhere: true, act: () => { walkPanels(true); } },
    ...GOALS.map(([key, label, path]) => ({ keys: `g ${key}`, label: `Go to ${label}`, act: () => { router.push(path); } })),
  ]);
  const close = (next: boolean) => { if (!next) setOpen(null); };
  return (
    <>
      <Dialog open={open === "sheet"} onOpenChange={close} title="Keyboard shortcuts" description="Single keys are silent in text fields and can be turned off in Account.">
        <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1.5 text-data">
          {list.map((one) => <div key={one.keys} className="contents"><dt className="text-text-2">{one.label}</dt><dd className="flex gap-1">{one.keys.split(/[ +]/).map((key) => <Kbd key={key}>{key.length === 1 ? key.toUpperCase() : key}</Kbd>)}</dd></div>)}
        </dl>
      </Dialog>
      <Dialog open={open === "search"} onOpenChange={close} title="Which market?">
        <MarketList markets={markets ?? []} autoFocus onPick={() => { setOpen(null); }} />
      </Dialog>
    </>
  );
}
