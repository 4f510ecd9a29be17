"use client";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { PercentSlider } from "@/components/ui/controls";
import { showPrice, showQty, stepsOfAtoms, type MarketRules } from "@/lib/markets/rules";
import { formatShort, formatUnits, NBSP, trimZeros } from "@/lib/money/format";
import { percent, shareOf } from "../linked";
import { marketField, paid, roles, type Funds, type Side } from "../model";
import type { OrderForm } from "../use-form";
import { AmountField } from "./amount-field";

interface SideColumnProps { readonly form: OrderForm; readonly rules: MarketRules; readonly side: Side; readonly funds: Funds; readonly signedIn: boolean }

const VERB = { BUY: "Buy", SELL: "Sell" } as const;

function Available({ rules, side, funds }: Pick<SideColumnProps, "rules" | "side" | "funds">) {
  const amount = side === "BUY" ? funds.quote : funds.base;
  const decimals = side === "BUY" ? rules.quoteDecimals : rules.baseDecimals;
  return (
    <p className="num flex flex-wrap justify-between gap-x-2 text-label text-text-3">
      <span>Available</span>
      <span className="text-text-2" data-testid={`available-${side.toLowerCase()}`}>{amount === null ? "–" : trimZeros(formatUnits(amount, decimals))}{NBSP}{paid(side, rules)}</span>
    </p>
  );
}

/** What the order would meet now: an estimate, and how deep it looked. */
function Estimated({ form, rules, side }: Pick<SideColumnProps, "form" | "rules" | "side">) {
  const { estimate } = form.checks[side];
  const market = form.draft.type === "MARKET";
  if (!market || !estimate) return <p className="min-h-4 text-label text-text-3" />;
  const what = side === "BUY" ? `${showQty(estimate.quantity, rules)} ${rules.base}` : `${formatShort(estimate.cost, rules.quoteDecimals, 2)} ${rules.quote}`;
  return <p className="num min-h-4 text-label whitespace-normal text-text-3">≈ {showPrice(estimate.average, rules)} avg · {what} · {estimate.levels} {estimate.levels === 1 ? "level" : "levels"}</p>;
}

function usedShare(form: OrderForm, side: Side, funds: Funds, rules: MarketRules): number {
  const { total, quantity, estimate } = form.checks[side];
  if (side === "BUY") return shareOf(total ?? estimate?.cost ?? null, funds.quote);
  return shareOf(quantity ?? estimate?.quantity ?? null, funds.base === null ? null : stepsOfAtoms(funds.base, rules));
}

export function SideColumn({ form, rules, side, funds, signedIn }: SideColumnProps) {
  const { draft, checks, busy } = form;
  const market = draft.type === "MARKET";
  const computed = roles(draft[side]).computed;
  const general = checks[side].problems.find((one) => one.field === null);
  const key = side.toLowerCase();
  const aside = (field: "amount" | "total") => (market ? (draft[side][field] === "" && marketField(draft[side]) !== field ? "or" : undefined) : computed === field && draft[side][field] !== "" ? "calculated" : undefined);
  return (
    <div data-of={side} data-slot="side-column" className="flex min-w-0 flex-col gap-2" role="group" aria-label={`${VERB[side]} ${rules.base}`}>
      <AmountField form={form} rules={rules} side={side} field="amount" label="Amount" unit={rules.base} aside={aside("amount")} testId={`${key}-amount`} />
      <PercentSlider label={`Share of available to ${key}`} value={usedShare(form, side, funds, rules)} disabled={!signedIn} onChange={(share) => { form.change((before) => percent(before, side, share, funds, rules)); }} />
      <AmountField form={form} rules={rules} side={side} field="total" label="Total" unit={rules.quote} aside={aside("total")} testId={`${key}-total`} />
      <Available rules={rules} side={side} funds={funds} />
      <Estimated form={form} rules={rules} side={side} />
      {general && <p className="text-label text-warn" role="status">{general.text}</p>}
      {signedIn
        ? <Button kind={side === "BUY" ? "buy" : "sell"} busy={busy === side} disabled={general?.code === "OFFLINE" || general?.code === "MARKET_NOT_TRADING"} data-testid={`${key}-submit`} className="h-10" onClick={(event) => { if (!form.submit(side)) focusProblem(event.currentTarget); }}>{busy === side ? "Sending…" : `${VERB[side]} ${rules.base}`}</Button>
        : <Button kind="primary" asChild className="h-10"><Link href="/login">Sign in to {key}</Link></Button>}
    </div>
  );
}

/** After a refused submit the first field to correct has the focus. */
function focusProblem(button: HTMLElement): void {
  const form = button.closest("form");
  setTimeout(() => { form?.querySelector<HTMLInputElement>("[data-of] input[aria-invalid=true], input[aria-invalid=true]")?.focus(); }, 0);
}
