"use client";
import { useState, type FormEvent } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { CopyIcon } from "@/components/ui/icons";
import { toProblem } from "@/lib/api/problem";
import { say } from "@/lib/notices/notices";
import { createApiKey, type NewApiKey, type Permission } from "../api";

const copy = (text: string) => { navigator.clipboard.writeText(text).then(() => { say({ tone: "ok", title: "Copied." }); }, () => { say({ tone: "error", title: "Not copied.", detail: "Select the text and copy it by hand." }); }); };

function Secret({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <p className="text-label text-text-2">{name}</p>
      <p className="flex items-center gap-1"><code className="min-w-0 flex-1 rounded-control bg-surface-2 px-2 py-1.5 font-mono text-label break-all">{value}</code><IconButton label={`Copy ${name}`} onClick={() => { copy(value); }}><CopyIcon /></IconButton></p>
    </div>
  );
}

function Made({ made, onDone }: { readonly made: NewApiKey; readonly onDone: () => void }) {
  return (
    <div className="flex flex-col gap-4" data-testid="new-api-key">
      <p className="text-body text-warn">The secret is shown once. Keep it where you keep passwords.</p>
      <Secret name="API key" value={made.apiKey} />
      <Secret name="Secret key" value={made.secretKey} />
      <Button kind="primary" onClick={onDone}>I have kept the secret</Button>
    </div>
  );
}

function KeyForm({ onMade }: { readonly onMade: (made: NewApiKey) => void }) {
  const [label, setLabel] = useState("");
  const [chosen, setChosen] = useState<readonly Permission[]>(["read"]);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const toggle = (one: Permission, on: boolean) => { setChosen(on ? [...chosen, one] : chosen.filter((other) => other !== one)); };
  const submit = async () => {
    if (label.trim() === "") { setProblem("Give the key a name."); return; }
    if (chosen.length === 0) { setProblem("Choose at least one permission."); return; }
    setBusy(true);
    try {
      onMade(await createApiKey(label.trim(), chosen));
    } catch (error) {
      setProblem(toProblem(error).message);
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => { event.preventDefault(); void submit(); };
  return (
    <form noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
      <TextField label="Name" value={label} maxLength={64} autoComplete="off" error={problem} onChange={(event) => { setLabel(event.target.value); }} />
      <div className="flex flex-col gap-1">
        <Checkbox checked={chosen.includes("read")} onChange={(on) => { toggle("read", on); }}>Read: balances, orders, trades</Checkbox>
        <Checkbox checked={chosen.includes("trade")} onChange={(on) => { toggle("trade", on); }}>Trade: place and cancel orders</Checkbox>
      </div>
      <div className="border-t border-warn pt-3">
        <p className="mb-1 text-label text-warn">Whoever has a key with this can take everything out.</p>
        <Checkbox checked={chosen.includes("withdraw")} onChange={(on) => { toggle("withdraw", on); }}>Withdraw</Checkbox>
      </div>
      <Button kind="primary" type="submit" busy={busy}>Create API key</Button>
    </form>
  );
}

export function CreateKey({ onCreated }: { readonly onCreated: () => void }) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const close = () => { setOpen(false); setMade(null); onCreated(); };
  return (
    <>
      <Button kind="primary" onClick={() => { setOpen(true); }}>New API key</Button>
      <Dialog open={open} onOpenChange={(next) => { if (next) setOpen(true); else close(); }} title={made ? "Your new API key" : "What may the new key do?"}>
        {made ? <Made made={made} onDone={close} /> : <KeyForm onMade={setMade} />}
      </Dialog>
    </>
  );
}
