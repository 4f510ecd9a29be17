"use client";
/** The form's state for one market: draft, checks of both sides, and the attempt that is under way. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { uuid7 } from "@/lib/ids";
import type { MarketRules } from "@/lib/markets/rules";
import { usePreferences } from "@/lib/preferences/preferences";
import * as linked from "./linked";
import type { BookReader, Draft, Field, Freshness, Funds, OrderRequest, Side } from "./model";
import { check, type Check } from "./rules";
import { draftOf, useDrafts } from "./store";
import { submitOrder, type Outcome } from "./submit";

export interface FormContext {
  readonly rules: MarketRules;
  readonly funds: Funds;
  readonly book: BookReader | null;
  readonly freshness: Freshness;
  /** Changes when the book was worth looking at again, at most a few times a second. */
  readonly beat: number;
  readonly onAttempt: (attempt: Attempt) => void;
}

export type AttemptState = "sending" | "checking" | Outcome;
export interface Attempt { readonly clientId: string; readonly request: OrderRequest; readonly state: AttemptState }

export interface OrderForm {
  readonly draft: Draft;
  readonly checks: Record<Side, Check>;
  readonly busy: Side | null;
  readonly touched: ReadonlySet<string>;
  readonly review: { readonly side: Side; readonly check: Check } | null;
  change(change: (draft: Draft) => Draft): void;
  edit(side: Side, field: Field, text: string): void;
  touch(side: Side, field: Field): void;
  /** Sends, or opens the review; false when something must be corrected first. */
  submit(side: Side): boolean;
  confirm(): void;
  dismiss(): void;
}

function useChecks(draft: Draft, context: FormContext): Record<Side, Check> {
  const known = useDrafts((state) => state.known.includes(context.rules.symbol));
  const alwaysReview = usePreferences((state) => state.alwaysReview);
  const { rules, funds, book, freshness, beat } = context;
  return useMemo(() => {
    void beat;
    const all = { rules, funds, book, freshness, firstOrder: !known, alwaysReview };
    return { BUY: check(draft, "BUY", all), SELL: check(draft, "SELL", all) };
  }, [draft, rules, funds, book, freshness, beat, known, alwaysReview]);
}

/** Sends one order and tells the page about each stage; the draft's amount is cleared only when it was accepted. */
function useSend(context: FormContext): { busy: Side | null; send: (side: Side, request: OrderRequest) => void } {
  const [busy, setBusy] = useState<Side | null>(null);
  const latest = useRef(context);
  useEffect(() => { latest.current = context; });
  const send = useCallback((side: Side, request: OrderRequest) => {
    const clientId = uuid7();
    const tell = (state: AttemptState) => { latest.current.onAttempt({ clientId, request, state }); };
    setBusy(side);
    tell("sending");
    void submitOrder(request, clientId, () => { setBusy(null); tell("checking"); }).then((outcome) => {
      setBusy(null);
      tell(outcome);
      if (outcome.kind !== "accepted") return;
      useDrafts.getState().learn(request.symbol);
      useDrafts.getState().change(request.symbol, (draft) => ({ ...draft, [side]: { amount: "", total: "", edited: [] } }));
    });
  }, []);
  return { busy, send };
}

export function useOrderForm(context: FormContext): OrderForm {
  const { rules } = context;
  const draft = useDrafts((state) => draftOf(state.drafts, rules.symbol));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [review, setReview] = useState<OrderForm["review"]>(null);
  const checks = useChecks(draft, context);
  const { busy, send } = useSend(context);
  const change = (alter: (draft: Draft) => Draft) => { useDrafts.getState().change(rules.symbol, alter); };
  const go = (side: Side, request: OrderRequest) => { setReview(null); setTouched(new Set()); send(side, request); };
  const submit = (side: Side): boolean => {
    const { request, reasons } = checks[side];
    setTouched(new Set(["price", "amount", "total"].map((field) => `${side}.${field}`)));
    if (busy !== null || request === null) return false;
    if (reasons.length > 0) setReview({ side, check: checks[side] });
    else go(side, request);
    return true;
  };
  return {
    draft, checks, busy, touched, review, change, submit,
    edit: (side, field, text) => { change((before) => linked.edit(before, side, field, text, rules)); },
    touch: (side, field) => { setTouched(new Set([...touched, `${side}.${field}`])); },
    confirm: () => { if (review?.check.request) go(review.side, review.check.request); },
    dismiss: () => { setReview(null); },
  };
}
