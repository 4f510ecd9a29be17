"use client";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { Checkbox, Segmented } from "@/components/ui/controls";
import { Choice } from "@/components/ui/menu";
import { useSession } from "@/lib/react/use-session";
import { changeType } from "../linked";
import type { OrderType, TimeInForce } from "../model";
import { useOrderForm, type FormContext, type OrderForm } from "../use-form";
import { AmountField } from "./amount-field";
import { OrderReview } from "./order-review";
import { SideColumn } from "./side-column";

const TYPES: { value: OrderType; label: string }[] = [{ value: "LIMIT", label: "Limit" }, { value: "MARKET", label: "Market" }];
const TIMES: { value: TimeInForce; label: string }[] = [{ value: "GTC", label: "GTC · until cancelled" }, { value: "IOC", label: "IOC · now or cancel" }, { value: "FOK", label: "FOK · all or nothing" }];
const SIDES = [
  { value: "BUY" as const, label: "Buy", className: "data-[state=on]:bg-buy-fill! data-[state=on]:text-white!" },
  { value: "SELL" as const, label: "Sell", className: "data-[state=on]:bg-sell-fill! data-[state=on]:text-white!" },
];

function Options({ form }: { readonly form: OrderForm }) {
  const { draft, change } = form;
  return (
    <div className="flex items-center gap-1.5">
      <Checkbox checked={draft.postOnly} onChange={(postOnly) => { change((before) => ({ ...before, postOnly, timeInForce: postOnly ? "GTC" : before.timeInForce })); }}>Post only</Checkbox>
      {draft.postOnly ? <span className="px-2 text-label text-text-3">GTC</span>
        : <Choice label="Time in force" shown={draft.timeInForce} value={draft.timeInForce} options={TIMES} onChange={(timeInForce) => { change((before) => ({ ...before, timeInForce })); }} className="h-7! border-transparent bg-transparent px-1.5" />}
    </div>
  );
}

/** One form for both sides: a shared price, then a column per side. Nothing but the buttons and Ctrl+Enter ever sends. */
export function OrderPanel(context: FormContext) {
  const { rules, funds } = context;
  const form = useOrderForm(context);
  const signedIn = useSession((state) => state.status === "signed-in");
  const { draft } = form;
  const element = useRef<HTMLFormElement>(null);
  const latest = useRef(form);
  useEffect(() => { latest.current = form; });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); if (signedIn) latest.current.submit(draft.side); }
    else if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
  };
  return (
    <form ref={element} id="order-form" data-slot="order-form" data-testid="order-form" data-side={draft.side} aria-label="Order" noValidate onSubmit={(event) => { event.preventDefault(); }} onKeyDown={onKeyDown} className="flex flex-col gap-3 p-3">
      <div className="side-switch"><Segmented label="Side" value={draft.side} options={SIDES} onChange={(side) => { form.change((before) => ({ ...before, side })); }} /></div>
      <div className="flex flex-wrap items-center justify-between gap-x-2">
        <Segmented quiet label="Order type" value={draft.type} options={TYPES} onChange={(type) => { form.change((before) => changeType(before, type, rules)); }} />
        {draft.type === "LIMIT" && <Options form={form} />}
      </div>
      {draft.type === "LIMIT"
        ? <AmountField form={form} rules={rules} side={draft.side} field="price" label="Price" unit={rules.quote} testId="order-price" />
        : <p className="rounded-control border border-line px-2.5 py-1.5 text-label text-text-2">At the best prices in the book, at once.</p>}
      <div className="sides" data-side={draft.side}>
        <SideColumn form={form} rules={rules} side="BUY" funds={funds} signedIn={signedIn} />
        <SideColumn form={form} rules={rules} side="SELL" funds={funds} signedIn={signedIn} />
      </div>
      <OrderReview form={form} rules={rules} />
    </form>
  );
}
