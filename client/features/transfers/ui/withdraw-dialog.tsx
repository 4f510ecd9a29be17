"use client";
import { useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button";
import { DecimalInput } from "@/components/ui/decimal-input";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextField } from "@/components/ui/field";
import { toProblem } from "@/lib/api/problem";
import { formatUnits, plainUnits, trimZeros } from "@/lib/money/format";
import { say } from "@/lib/notices/notices";
import { withdraw } from "../api";
import { addressProblem, inFours, readAmount, showWire } from "../model";
import { AssetField } from "./asset-field";

export interface Holding { readonly asset: string; readonly decimals: number; readonly free: bigint }
interface FormState { readonly asset: string; readonly amount: string; readonly address: string }
interface WithdrawFormProps { readonly holdings: readonly Holding[]; readonly first: string; readonly onDone: () => void }

interface StepProps { readonly state: FormState; readonly holding: Holding | null; readonly set: (change: Partial<FormState>) => void; readonly assets: readonly string[]; readonly onNext: () => void }

/** First step: what, where to, how much. Everything typed is kept when coming back. */
function Write({ state, holding, set, assets, onNext }: StepProps) {
  const [errors, setErrors] = useState<{ address: string | null; amount: string | null }>({ address: null, amount: null });
  const decimals = holding?.decimals ?? 8;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = { address: addressProblem(state.address), amount: readAmount(state.amount, decimals, holding?.free ?? 0n).problem };
    setErrors(found);
    if (found.address === null && found.amount === null) onNext();
  };
  const available = `${trimZeros(formatUnits(holding?.free ?? 0n, decimals))} ${state.asset} available`;
  return (
    <form noValidate onSubmit={submit} data-testid="withdraw-form" className="flex flex-col gap-4">
      <AssetField assets={assets} value={state.asset} onChange={(asset) => { set({ asset }); }} />
      <TextField label="Address" name="address" autoComplete="off" spellCheck={false} className="font-mono" value={state.address} error={errors.address} onChange={(event) => { set({ address: event.target.value }); }} />
      <Field label="Amount" aside={available} error={errors.amount}>
        {(ids) => <DecimalInput id={ids.id} aria-describedby={ids.describedBy} aria-invalid={ids.invalid || undefined} data-testid="withdraw-amount" value={state.amount} unit={state.asset} onValue={(amount) => { set({ amount }); }} />}
      </Field>
      <div className="flex justify-between gap-2">
        <Button kind="quiet" onClick={() => { if (holding) set({ amount: trimZeros(plainUnits(holding.free, decimals)) }); }}>All of it</Button>
        <Button kind="primary" type="submit">Review withdrawal</Button>
      </div>
    </form>
  );
}

/** Second step: the whole address in groups of four, and what leaves. */
function Review({ state, busy, problem, onBack, onSend }: { readonly state: FormState; readonly busy: boolean; readonly problem: string | null; readonly onBack: () => void; readonly onSend: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-body">
        <dt className="text-text-3">Amount</dt><dd className="num text-right">{state.amount} {state.asset}</dd>
        <dt className="text-text-3">To</dt><dd className="text-right font-mono break-words">{inFours(state.address)}</dd>
      </dl>
      <p className="text-label text-warn">A withdrawal cannot be taken back. Compare the address with where you got it from.</p>
      {problem !== null && <p role="alert" className="text-label text-danger">{problem}</p>}
      <div className="flex justify-end gap-2">
        <Button onClick={onBack}>Go back</Button>
        <Button kind="primary" busy={busy} data-testid="withdraw-submit" onClick={onSend}>Withdraw {state.asset}</Button>
      </div>
    </div>
  );
}

function WithdrawForm({ holdings, first, onDone }: WithdrawFormProps) {
  const [state, setState] = useState<FormState>({ asset: first, amount: "", address: "" });
  const [reviewing, setReviewing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const holding = holdings.find((one) => one.asset === state.asset) ?? null;
  const send = async () => {
    const { amount } = readAmount(state.amount, holding?.decimals ?? 8, null);
    if (amount === null) return;
    setBusy(true);
    try {
      const done = await withdraw(state.asset, amount, state.address.trim());
      say({ tone: "ok", title: `Withdrawal ${done.state}.`, detail: `${showWire(done.amount)} ${done.asset}` });
      onDone();
    } catch (error) {
      setProblem(toProblem(error).message);
    }
    setBusy(false);
  };
  if (reviewing) return <Review state={state} busy={busy} problem={problem} onBack={() => { setReviewing(false); setProblem(null); }} onSend={() => { void send(); }} />;
  return <Write state={state} holding={holding} assets={holdings.map((one) => one.asset)} set={(change) => { setState((before) => ({ ...before, ...change })); }} onNext={() => { setReviewing(true); }} />;
}

export function WithdrawDialog({ holdings, asset, kind = "outline" }: { readonly holdings: readonly Holding[]; readonly asset: string; readonly kind?: "outline" | "quiet" }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind={kind} className={kind === "quiet" ? "h-7!" : undefined} disabled={holdings.length === 0} onClick={() => { setOpen(true); }}>Withdraw</Button>
      <Dialog open={open} onOpenChange={setOpen} title="Withdraw how much, and where to?">
        <WithdrawForm holdings={holdings} first={asset} onDone={() => { setOpen(false); }} />
      </Dialog>
    </>
  );
}
