"use client";
import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes";

export type ButtonKind = "primary" | "buy" | "sell" | "quiet" | "outline" | "danger";

const KINDS: Record<ButtonKind, string> = {
  primary: "bg-accent text-white hover:brightness-110",
  buy: "bg-buy-fill text-white hover:brightness-110",
  sell: "bg-sell-fill text-white hover:brightness-110",
  quiet: "text-text-2 hover:bg-hover hover:text-text-1",
  outline: "border border-line-control text-text-1 hover:bg-hover",
  danger: "border border-danger text-danger hover:bg-hover",
};

const SHAPE = "h-control inline-flex items-center justify-center gap-2 rounded-control px-3 text-body font-medium whitespace-nowrap transition-[filter,background-color] duration-80 select-none";
const OFF = "disabled:bg-surface-3 disabled:text-text-disabled disabled:border-transparent disabled:hover:brightness-100";

export interface ButtonProps extends ComponentProps<"button"> {
  readonly kind?: ButtonKind;
  readonly asChild?: boolean;
  readonly busy?: boolean;
}

/** While busy it keeps its width and cannot be pressed again. */
export function Button({ kind = "outline", asChild = false, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  const look = classes(SHAPE, KINDS[kind], OFF, className);
  if (asChild) return <Slot.Root data-slot="button" className={look} {...rest}>{children}</Slot.Root>;
  return (
    <button data-slot="button" type="button" className={look} disabled={disabled === true || busy} aria-busy={busy} {...rest}>
      {busy ? <span className="opacity-60">{children}</span> : children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> { readonly label: string; readonly children: ReactNode }

export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button data-slot="icon-button" type="button" aria-label={label} title={label}
      className={classes("inline-flex size-8 shrink-0 items-center justify-center rounded-control text-text-2 hover:bg-hover hover:text-text-1 disabled:text-text-disabled pointer-coarse:size-11", className)} {...rest}>
      {children}
    </button>
  );
}
