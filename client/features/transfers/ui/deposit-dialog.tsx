"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { DecimalInput } from "@/components/ui/decimal-input";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { toProblem } from "@/lib/api/problem";
import { say } from "@/lib/notices/notices";
import { deposit } from "../api";
import { readAmount, showWire, TRANSFER_DECIMALS } from "../model";
import { AssetField } from "./asset-field";

const QUICK = ["100", "1000", "10000"];

interface DepositFormProps { readonly asset: string; readonly assets: readonly string[]; readonly onDone: () => void }

function DepositForm({ asset: first, assets, onDone }: DepositFormProps) {
  const [asset, setAsset] = useState(first);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const { amount, problem: found } = readAmount(text, TRANSFER_DECIMALS, null);
    setProblem(found);
    if (amount === null) return;
    setBusy(true);
    try {
      const done = await deposit(asset, amount);
      say({ tone: "ok", title: "Deposit received.", detail: `${showWire(done.amount)} ${done.asset}` });
      onDone();
    } catch (error) {
      setProblem(toProblem(error).message);
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => { event.preventDefault(); void submit(); };
  return (
    <form noValidate onSubmit={onSubmit} data-testid="deposit-form" className="flex flex-col gap-4">
      <AssetField assets={assets.includes(asset) ? assets : [asset, ...assets]} value={asset} onChange={setAsset} />
      <Field label="Amount" error={problem}>
        {(ids) => <DecimalInput id={ids.id} aria-describedby={ids.describedBy} aria-invalid={ids.invalid || undefined} data-testid="deposit-amount" value={text} unit={asset} onValue={setText} />}
      </Field>
      <div className="flex gap-2">{QUICK.map((amount) => <Button key={amount} kind="outline" className="num h-7! flex-1" onClick={() => { setText(amount); }}>{amount}</Button>)}</div>
      <Button kind="primary" type="submit" busy={busy} data-testid="deposit-submit">Deposit {asset}</Button>
    </form>
  );
}

/** On this exchange deposits come from a faucet: the funds are simulated, and the dialog says so. */
export function DepositDialog({ asset, assets = [], kind = "primary" }: { readonly asset: string; readonly assets?: readonly string[]; readonly kind?: "primary" | "quiet" | "outline" }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind={kind} className={kind === "quiet" ? "h-7!" : undefined} onClick={() => { setOpen(true); }}>Deposit</Button>
      <Dialog open={open} onOpenChange={setOpen} title="Deposit how much?" description="Simulated funds: credited at once, worth nothing outside.">
        <DepositForm asset={asset} assets={assets} onDone={() => { setOpen(false); }} />
      </Dialog>
    </>
  );
}
