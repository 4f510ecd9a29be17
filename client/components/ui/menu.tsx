"use client";
import { DropdownMenu as Radix, Select as RadixSelect } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes";
import { CheckIcon, ChevronIcon } from "./icons";

const SURFACE = "rise z-40 min-w-44 rounded-menu border border-line bg-surface-2 p-1 shadow-e1";
const ITEM = "flex min-h-8 cursor-pointer items-center justify-between gap-4 rounded-control px-2 text-body text-text-1 outline-none select-none data-highlighted:bg-hover data-disabled:text-text-disabled pointer-coarse:min-h-11";

export function Menu({ trigger, children, align = "end" }: { readonly trigger: ReactNode; readonly children: ReactNode; readonly align?: "start" | "end" }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content data-slot="menu" align={align} sideOffset={4} className={SURFACE}>{children}</Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem({ onSelect, children, asChild = false }: { readonly onSelect?: () => void; readonly children: ReactNode; readonly asChild?: boolean }) {
  return <Radix.Item asChild={asChild} className={ITEM} {...(onSelect ? { onSelect } : {})}>{children}</Radix.Item>;
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <Radix.Label className="px-2 py-1.5 text-label text-text-3">{children}</Radix.Label>;
}

export const MenuLine = () => <Radix.Separator className="my-1 h-px bg-line" />;

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  readonly className?: string;
  readonly id?: string;
  /** Shown on the closed control instead of the option's own words. */
  readonly shown?: string;
}

/** A select that looks like a control of ours. */
export function Choice<Value extends string>({ label, value, options, onChange, className, id, shown }: ChoiceProps<Value>) {
  const pick = (next: string) => {
    const option = options.find((one) => one.value === next);
    if (option) onChange(option.value);
  };
  return (
    <RadixSelect.Root value={value} onValueChange={pick}>
      <RadixSelect.Trigger id={id} aria-label={label} data-slot="choice"
        className={classes("num inline-flex h-control items-center justify-between gap-1.5 rounded-control border border-line-control bg-surface-2 px-2 text-label text-text-1 hover:bg-hover", className)}>
        <RadixSelect.Value>{shown}</RadixSelect.Value><RadixSelect.Icon><ChevronIcon /></RadixSelect.Icon>
      </RadixSelect.Trigger>
      <RadixSelect.Portal>
        <RadixSelect.Content position="popper" sideOffset={4} className={SURFACE}>
          <RadixSelect.Viewport>
            {options.map((option) => (
              <RadixSelect.Item key={option.value} value={option.value} className={classes(ITEM, "num")}>
                <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
                <RadixSelect.ItemIndicator><CheckIcon /></RadixSelect.ItemIndicator>
              </RadixSelect.Item>
            ))}
          </RadixSelect.Viewport>
        </RadixSelect.Content>
      </RadixSelect.Portal>
    </RadixSelect.Root>
  );
}
