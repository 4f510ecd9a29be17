"use client";
import { DecimalInput } from "@/components/ui/decimal-input";
import { Field } from "@/components/ui/field";
import type { MarketRules } from "@/lib/markets/rules";
import { step } from "../linked";
import type { Field as FieldName, Side } from "../model";
import type { Problem } from "../problems";
import type { OrderForm } from "../use-form";

interface AmountFieldProps {
  readonly form: OrderForm;
  readonly rules: MarketRules;
  readonly side: Side;
  readonly field: FieldName;
  readonly label: string;
  readonly unit: string;
  readonly aside?: string;
  readonly placeholder?: string;
  readonly testId: string;
}

/** A problem is named at once when it is about how a number is written, otherwise once the field was left. */
function shownProblem(form: OrderForm, side: Side, field: FieldName, text: string): Problem | null {
  const found = form.checks[side].problems.find((one) => one.field === field);
  if (!found) return null;
  return found.immediate ? (text === "" ? null : found) : form.touched.has(`${side}.${field}`) ? found : null;
}

export function AmountField({ form, rules, side, field, label, unit, aside, placeholder, testId }: AmountFieldProps) {
  const text = field === "price" ? form.draft.price : form.draft[side][field];
  const found = shownProblem(form, side, field, text);
  const error = found && (
    <>
      {found.text}
      {found.fix && <button type="button" className="ml-2 text-accent-text underline" onClick={() => { form.edit(side, field, found.fix?.value ?? ""); }}>{found.fix.label}</button>}
    </>
  );
  return (
    <Field label={label} aside={aside} error={error}>
      {(ids) => (
        <DecimalInput id={ids.id} aria-describedby={ids.describedBy} aria-invalid={ids.invalid || undefined} data-testid={testId} data-field={field} placeholder={placeholder} value={text} unit={unit}
          onValue={(value) => { form.edit(side, field, value); }} onStep={(steps) => { form.change((draft) => step(draft, side, field, steps, rules)); }} onBlur={() => { if (text !== "") form.touch(side, field); }} />
      )}
    </Field>
  );
}
