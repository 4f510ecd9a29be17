"use client";
/** Text for an amount. Keeps what was typed, never guesses, regroups only when left; arrows step, the wheel does nothing. */
import type { ComponentProps, KeyboardEvent } from "react";
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

/**
 * The input always holds the raw text; grouping is a layer over it that leaves when the field is entered,
 * so that neither selection nor caret is ever disturbed by a reformatting.
 */
export function DecimalInput({ value, onValue, onStep, unit, className, ...rest }: DecimalInputProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const direction = event.key === "ArrowUp" ? 1n : event.key === "ArrowDown" ? -1n : 0n;
    if (direction === 0n || !onStep || event.altKey) return;
    event.preventDefault();
    onStep(event.shiftKey ? direction * 10n : direction);
  };
  const grouped = atRest(value);
  const layered = grouped !== value;
  const padding = unit === undefined ? "right-2.5" : "right-14";
  return (
    <div data-slot="decimal-input" className="relative">
      <input type="text" inputMode="decimal" autoComplete="off" autoCorrect="off" spellCheck={false} value={value}
        className={classes(INPUT, "peer num text-right", unit !== undefined && "pr-14", layered && "not-focus:text-transparent", className)}
        onChange={(event) => { const text = acceptTyped(event.target.value); if (text !== null) onValue(text); }}
        onKeyDown={onKeyDown} {...rest} />
      {layered && <span aria-hidden className={classes("num pointer-events-none absolute inset-y-0 flex items-center text-body peer-focus:hidden pointer-coarse:text-head pointer-coarse:font-normal", padding)}>{grouped}</span>}
      {unit !== undefined && <span aria-hidden className="pointer-events-none absolute inset-y-0 right-2.5 flex items-center text-label text-text-3">{unit}</span>}
    </div>
  );
}
