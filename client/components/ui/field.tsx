"use client";
import { useId, useState, type ComponentProps, type ReactNode } from "react";
import { IconButton } from "./button";
import { classes } from "./classes";
import { EyeIcon } from "./icons";

export interface FieldIds { readonly id: string; readonly describedBy: string | undefined; readonly invalid: boolean }

interface FieldProps {
  readonly label: string;
  readonly aside?: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly children: (ids: FieldIds) => ReactNode;
}

/** Label, control, hint and error with their ids wired; the error is said after the control it belongs to. */
export function Field({ label, aside, hint, error, children }: FieldProps) {
  const id = useId();
  const has = (part: ReactNode) => part !== undefined && part !== null && part !== "";
  const describedBy = has(error) ? `${id}-error` : has(hint) ? `${id}-hint` : undefined;
  return (
    <div data-slot="field" className="flex min-w-0 flex-col gap-1">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-label text-text-2">{label}</label>
        {has(aside) && <span className="text-micro text-text-3">{aside}</span>}
      </div>
      {children({ id, describedBy, invalid: has(error) })}
      {has(error) ? <p id={`${id}-error`} className="text-label text-danger" data-slot="field-error">{error}</p>
        : has(hint) ? <p id={`${id}-hint`} className="text-label text-text-3">{hint}</p> : null}
    </div>
  );
}

export const INPUT = "h-control w-full min-w-0 rounded-control border border-line-control bg-surface-2 px-2.5 text-body text-text-1 placeholder:text-text-3 aria-invalid:border-danger disabled:border-line disabled:text-text-disabled pointer-coarse:text-head pointer-coarse:font-normal";

interface TextFieldProps extends Omit<ComponentProps<"input">, "id"> { readonly label: string; readonly hint?: ReactNode; readonly error?: ReactNode }

export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input id={ids.id} aria-describedby={ids.describedBy} aria-invalid={ids.invalid || undefined} className={classes(INPUT, className)} {...rest} />}
    </Field>
  );
}

export function PasswordField({ label, hint, error, ...rest }: Omit<TextFieldProps, "type">) {
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <div className="relative">
          <input id={ids.id} type={shown ? "text" : "password"} aria-describedby={ids.describedBy} aria-invalid={ids.invalid || undefined} className={classes(INPUT, "pr-10")} {...rest} />
          <IconButton label={shown ? "Hide characters" : "Show characters"} aria-pressed={shown} className="absolute top-0 right-0" onClick={() => { setShown(!shown); }}><EyeIcon /></IconButton>
        </div>
      )}
    </Field>
  );
}
