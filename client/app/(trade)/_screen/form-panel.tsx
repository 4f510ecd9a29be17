"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { BalanceList } from "@/features/balances/ui/balance-list";
import type { Side } from "@/features/order-entry/model";
import { useDrafts } from "@/features/order-entry/store";
import { OrderPanel } from "@/features/order-entry/ui/order-panel";
import { DepositDialog } from "@/features/transfers/ui/deposit-dialog";
import { pairName } from "@/lib/markets/rules";
import { PHONE, useMedia } from "@/lib/react/use-media";
import { useSession } from "@/lib/react/use-session";
import { MiniBook } from "./book-panel";
import { Panel } from "./panel";
import type { Screen } from "./use-screen";

function Assets({ screen }: { readonly screen: Screen }) {
  const signedIn = useSession((state) => state.status === "signed-in");
  const { rules, balances } = screen;
  if (!signedIn) return null;
  return (
    <div className="mt-auto border-t border-line">
      <div className="flex h-9 items-center justify-between px-3"><h2 className="text-label">Assets</h2><DepositDialog asset={rules.quote} kind="quiet" /></div>
      <BalanceList balances={balances} assets={[rules.base, rules.quote]} />
    </div>
  );
}

export function FormPanel({ screen }: { readonly screen: Screen }) {
  const phone = useMedia(PHONE);
  return (
    <Panel area="form" label="Order form">
      <div className="scroll flex min-h-0 flex-1 flex-col">
        <h2 className="sr-only">Order form</h2>
        <div className="only-tablet h-60 shrink-0 flex-col border-b border-line [@media(max-height:860px)]:h-40"><MiniBook screen={screen} /></div>
        {!phone && <OrderPanel {...screen.form} />}
        <Assets screen={screen} />
      </div>
    </Panel>
  );
}

/** Phone: Buy and Sell stay in reach and open the form from below. */
export function PhoneActions({ screen }: { readonly screen: Screen }) {
  const [open, setOpen] = useState(false);
  const { rules } = screen;
  const start = (side: Side) => {
    useDrafts.getState().change(rules.symbol, (draft) => ({ ...draft, side }));
    setOpen(true);
  };
  return (
    <div data-area="actions" className="only-phone h-16 items-center gap-3 px-4">
      <Button kind="buy" className="flex-1" onClick={() => { start("BUY"); }}>Buy</Button>
      <Button kind="sell" className="flex-1" onClick={() => { start("SELL"); }}>Sell</Button>
      <Dialog open={open} onOpenChange={setOpen} side="bottom" title={`Trade ${pairName(rules)}`}>
        <div className="flex min-h-96 gap-2">
          <div className="w-[130px] shrink-0 border border-line"><MiniBook screen={screen} /></div>
          <div className="min-w-0 flex-1 [&_form]:p-0"><OrderPanel {...screen.form} /></div>
        </div>
      </Dialog>
    </div>
  );
}
