"use client";
/** Text for an amount. Keeps what was typed, never guesses, regroups only when left; arrows step, the wheel does nothing. */
import { useState, type ComponentProps, type FocusEvent, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { group } from "@/lib/money/format";
import { DIGITS_MAX, ungroup } from "@/lib/money/parse";
import { classes } from "./classes";
import { INPUT } from "./field";

export interface DecimalInputProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type" | "inputMode"> {
  readonly value: string;
  readonly onValue: (text: string) => void;
  /** Arrow up or down: one step, ten with Shift. */
  readonly onStep?: (steps: bigint) => void;
  readonly unit?: string;
}

const ALLOWED = /^[\d.,]*$/;

/** Digits, points and commas stay as typed; a comma is refused later by name, so nothing that was typed disappears. */
export function acceptTyped(text: string): string | null {
  const cleaned = text.trim();
  if (!ALLOWED.test(cleaned)) return null;
  if (cleaned.replace(/\D/g, "").length > DIGITS_MAX) return null;
  const plain = ungroup(cleaned);
  return plain.split(".").length > 2 ? null : plain;
}

/** Grouping for a field nobody is typing in. */
export function atRest(text: string): string {
  const match = /^(\d+)(\.\d*)?$/.exec(text);
  return match ? group(match[1] ?? "") + (match[2] ?? "") : text;
}

/** Takes the grouping away while the field is entered, and leaves selection or caret on the digits they were on. */
function ungroupInPlace(input: HTMLInputElement, strip: () => void): void {
  const [start, end] = [input.selectionStart ?? 0, input.selectionEnd ?? 0];
  const digits = (until: number) => input.value.slice(0, until).replaceAll(",", "").length;
  const [from, to] = [digits(start), digits(end)];
  strip();
  input.setSelectionRange(from, to);
}

export function DecimalInput({ value, onValue, onStep, unit, className, onFocus, onBlur, ...rest }: DecimalInputProps) {
  const [typing, setTyping] = useState(false);
  const enter = (event: FocusEvent<HTMLInputElement>) => {
    ungroupInPlace(event.currentTarget, () => { flushSync(() => { setTyping(true); }); });
    onFocus?.(event);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const direction = event.key === "ArrowUp" ? 1n : event.key === "ArrowDown" ? -1n : 0n;
    if (direction === 0n || !onStep || event.altKey) return;
    event.preventDefault();
    onStep(event.shiftKey ? direction * 10n : direction);
  };
  return (
    <div data-slot="decimal-input" className="relative">
      <input type="text" inputMode="decimal" autoComplete="off" autoCorrect="off" spellCheck={false} value={typing ? value : atRest(value)}
        className={classes(INPUT, "num text-right", unit ? "pr-14" : "", className)}
        onChange={(event) => { const text = acceptTyped(event.target.value); if (text !== null) onValue(text); }}
        onFocus={enter}
        onBlur={(event) => { setTyping(false); onBlur?.(event); }}
        onKeyDown={onKeyDown} {...rest} />
      {unit !== undefined && <span aria-hidden className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-label text-text-3">{unit}</span>}
    </div>
  );
}
