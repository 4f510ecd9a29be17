"use client";
import type { ReactNode } from "react";
import { Checkbox, Segmented } from "@/components/ui/controls";
import { usePreferences } from "@/lib/preferences/preferences";

function Line({ label, hint, children }: { readonly label: string; readonly hint: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3 first:border-t-0">
      <div className="min-w-0"><p className="text-body">{label}</p><p className="text-label text-text-3">{hint}</p></div>
      {children}
    </div>
  );
}

const Sample = ({ up, down }: { readonly up: string; readonly down: string }) => <span aria-hidden className="mr-1.5 inline-flex gap-0.5"><i className="size-2 rounded-full" style={{ background: up }} /><i className="size-2 rounded-full" style={{ background: down }} /></span>;

export function PreferencesForm() {
  const now = usePreferences();
  return (
    <section aria-labelledby="preferences" className="rounded-card border border-line bg-surface-1">
      <h2 id="preferences" className="border-b border-line p-4 text-head">Preferences</h2>
      <Line label="Theme" hint="Dark, light, or what your system says.">
        <Segmented label="Theme" value={now.theme} options={[{ value: "system", label: "System" }, { value: "dark", label: "Dark" }, { value: "light", label: "Light" }]} onChange={(theme) => { now.set({ theme }); }} />
      </Line>
      <Line label="Side colours" hint="Blue and orange stay apart for every kind of colour vision.">
        <Segmented label="Side colours" value={now.sides} options={[{ value: "teal-red", label: <><Sample up="var(--teal)" down="var(--red)" />Teal and red</> }, { value: "blue-orange", label: <><Sample up="var(--blue)" down="var(--orange)" />Blue and orange</> }]} onChange={(sides) => { now.set({ sides }); }} />
      </Line>
      <Line label="Up is" hint="Some markets show rising prices in the other colour.">
        <Segmented label="Up colour" value={now.up} options={[{ value: "buy", label: "First colour" }, { value: "sell", label: "Second colour" }]} onChange={(up) => { now.set({ up }); }} />
      </Line>
      <Line label="Density" hint="Height of rows and controls.">
        <Segmented label="Density" value={now.density} options={[{ value: "regular", label: "Regular" }, { value: "compact", label: "Compact" }]} onChange={(density) => { now.set({ density }); }} />
      </Line>
      <Line label="Orders" hint="Risky orders are always reviewed first."><Checkbox checked={now.alwaysReview} onChange={(alwaysReview) => { now.set({ alwaysReview }); }}>Review every order</Checkbox></Line>
      <Line label="Chart" hint="Hollow rising candles can be told apart without colour."><Checkbox checked={now.hollowCandles} onChange={(hollowCandles) => { now.set({ hollowCandles }); }}>Hollow rising candles</Checkbox></Line>
      <Line label="Keyboard" hint="Press ? on any page for the list."><Checkbox checked={now.shortcuts} onChange={(shortcuts) => { now.set({ shortcuts }); }}>Single-key shortcuts</Checkbox></Line>
    </section>
  );
}
