"use client";
import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes";

export const TAB = "relative inline-flex h-9 shrink-0 items-center gap-1.5 px-3 text-label text-text-2 hover:text-text-1 data-[state=active]:text-text-1 data-[state=active]:after:absolute data-[state=active]:after:inset-x-3 data-[state=active]:after:bottom-0 data-[state=active]:after:h-0.5 data-[state=active]:after:bg-accent-text pointer-coarse:h-11";

interface TabsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly tabs: readonly { readonly value: Value; readonly label: ReactNode; readonly content: ReactNode }[];
  readonly aside?: ReactNode;
  readonly className?: string;
}

/** Tabs with their panels; the panel takes the room that is left. */
export function Tabs<Value extends string>({ label, value, onChange, tabs, aside, className }: TabsProps<Value>) {
  return (
    <Radix.Root data-slot="tabs" value={value} onValueChange={(next) => { const tab = tabs.find((one) => one.value === next); if (tab) onChange(tab.value); }} className={classes("flex min-h-0 flex-1 flex-col", className)}>
      <div className="flex items-center justify-between gap-2 border-b border-line">
        <Radix.List aria-label={label} className="scroll-x flex">
          {tabs.map((tab) => <Radix.Trigger key={tab.value} value={tab.value} className={TAB}>{tab.label}</Radix.Trigger>)}
        </Radix.List>
        {aside}
      </div>
      {tabs.map((tab) => <Radix.Content key={tab.value} value={tab.value} className="flex min-h-0 flex-1 flex-col data-[state=inactive]:hidden">{tab.content}</Radix.Content>)}
    </Radix.Root>
  );
}

/** Tabs that choose which panel of the grid is shown: the panels live elsewhere. */
export function PanelTabs<Value extends string>({ label, value, onChange, tabs, className }: { readonly label: string; readonly value: Value; readonly onChange: (value: Value) => void; readonly tabs: readonly { readonly value: Value; readonly label: ReactNode }[]; readonly className?: string }) {
  return (
    <div role="group" aria-label={label} data-slot="panel-tabs" className={classes("items-center", className)}>
      {tabs.map((tab) => (
        <button key={tab.value} type="button" aria-pressed={tab.value === value} data-state={tab.value === value ? "active" : "inactive"} className={TAB} onClick={() => { onChange(tab.value); }}>{tab.label}</button>
      ))}
    </div>
  );
}
