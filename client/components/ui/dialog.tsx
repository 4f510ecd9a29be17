"use client";
import { AlertDialog as RadixAlert, Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { Button, IconButton } from "./button";
import { classes } from "./classes";
import { CloseIcon } from "./icons";

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The question the dialog asks. */
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
  readonly side?: "centre" | "bottom" | "left";
}

const PLACES = {
  centre: "top-[12vh] left-1/2 w-[calc(100vw-2rem)] max-w-[26rem] -translate-x-1/2 rounded-card border max-h-[80dvh]",
  bottom: "inset-x-0 bottom-0 max-h-[92dvh] rounded-t-card border-t pb-[env(safe-area-inset-bottom)]",
  left: "inset-y-0 left-0 w-72 border-r",
};

export function Dialog({ open, onOpenChange, title, description, children, side = "centre" }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="overlay fixed inset-0 z-50" />
        <Radix.Content data-slot="dialog" {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={classes("rise scroll fixed z-50 flex flex-col gap-4 border-line bg-surface-1 p-4 shadow-e2", PLACES[side])}>
          <div className="flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-head">{title}</Radix.Title>
              {description !== undefined && <Radix.Description className="mt-1 text-body text-text-2">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild><IconButton label="Close" className="-mt-1 -mr-2"><CloseIcon /></IconButton></Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly act: string;
  readonly back?: string;
  readonly kind?: "primary" | "buy" | "sell" | "danger";
  readonly onAct: () => void;
}

/** For what has a price: the safe way out has the focus. */
export function Confirm({ open, onOpenChange, title, children, act, back = "Go back", kind = "primary", onAct }: ConfirmProps) {
  return (
    <RadixAlert.Root open={open} onOpenChange={onOpenChange}>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className="overlay fixed inset-0 z-50" />
        <RadixAlert.Content data-slot="confirm" className={classes("rise scroll fixed z-50 flex flex-col gap-4 border-line bg-surface-1 p-4 shadow-e2", PLACES.centre)}>
          <RadixAlert.Title className="text-head">{title}</RadixAlert.Title>
          <RadixAlert.Description asChild><div className="flex flex-col gap-3 text-body text-text-2">{children}</div></RadixAlert.Description>
          <div className="flex justify-end gap-2">
            <RadixAlert.Cancel asChild><Button kind="outline">{back}</Button></RadixAlert.Cancel>
            <RadixAlert.Action asChild><Button kind={kind} onClick={onAct}>{act}</Button></RadixAlert.Action>
          </div>
        </RadixAlert.Content>
      </RadixAlert.Portal>
    </RadixAlert.Root>
  );
}
