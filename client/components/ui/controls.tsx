"use client";
import { Checkbox as RadixCheckbox, Slider as RadixSlider, ToggleGroup } from "radix-ui";
import { useId, type ReactNode } from "react";
import { classes } from "./classes";
import { CheckIcon } from "./icons";

export function Checkbox({ checked, onChange, children, disabled = false }: { readonly checked: boolean; readonly onChange: (checked: boolean) => void; readonly children: ReactNode; readonly disabled?: boolean }) {
  const id = useId();
  return (
    <div data-slot="checkbox" className="flex min-h-6 items-center gap-2">
      <RadixCheckbox.Root id={id} checked={checked} disabled={disabled} onCheckedChange={(next) => { onChange(next === true); }}
        className="flex size-4 shrink-0 items-center justify-center rounded-badge border border-line-control bg-surface-2 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=checked]:text-white">
        <RadixCheckbox.Indicator><CheckIcon /></RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <label htmlFor={id} className={classes("text-label", disabled ? "text-text-disabled" : "text-text-2")}>{children}</label>
    </div>
  );
}

export interface Option<Value extends string> { readonly value: Value; readonly label: ReactNode; readonly className?: string }

interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value) => void;
  readonly quiet?: boolean;
  readonly className?: string;
}

const LOUD = "flex-1 data-[state=on]:bg-surface-3 data-[state=on]:text-text-1";
const QUIET = "data-[state=on]:text-accent-text data-[state=on]:bg-surface-3";

/** One of a few, always exactly one. */
export function Segmented<Value extends string>({ label, value, options, onChange, quiet = false, className }: SegmentedProps<Value>) {
  const pick = (next: string) => {
    const option = options.find((one) => one.value === next);
    if (option) onChange(option.value);
  };
  return (
    <ToggleGroup.Root data-slot="segmented" type="single" aria-label={label} value={value} onValueChange={pick}
      className={classes("flex", quiet ? "gap-0.5" : "gap-1 rounded-control border border-line bg-surface-2 p-0.5", className)}>
      {options.map((option) => (
        <ToggleGroup.Item key={option.value} value={option.value}
          className={classes("inline-flex min-h-6 items-center justify-center rounded-control px-2 py-1 text-label whitespace-nowrap text-text-2 hover:text-text-1 pointer-coarse:min-h-11 pointer-coarse:px-3", quiet ? QUIET : LOUD, option.className)}>
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

export function PercentSlider({ label, value, onChange, disabled = false }: { readonly label: string; readonly value: number; readonly onChange: (percent: number) => void; readonly disabled?: boolean }) {
  return (
    <div data-slot="percent-slider" className="flex flex-col gap-1">
      <RadixSlider.Root min={0} max={100} step={1} value={[value]} disabled={disabled} onValueChange={([next]) => { onChange(next ?? 0); }} className="relative flex h-6 touch-none items-center">
        <RadixSlider.Track className="relative h-0.5 w-full bg-line-control">
          <RadixSlider.Range className="absolute h-full bg-accent-text" />
        </RadixSlider.Track>
        <RadixSlider.Thumb aria-label={label} className="block size-3 rounded-full border-2 border-accent-text bg-surface-1 data-disabled:border-text-disabled" />
      </RadixSlider.Root>
      <div className="flex justify-between">
        {[25, 50, 75, 100].map((stop) => (
          <button key={stop} type="button" disabled={disabled} onClick={() => { onChange(stop); }}
            className="num min-h-6 min-w-6 rounded-control px-1 text-micro text-text-3 hover:bg-hover hover:text-text-1 disabled:text-text-disabled pointer-coarse:min-h-11 pointer-coarse:min-w-11">{stop} %</button>
        ))}
      </div>
    </div>
  );
}
